package circuitscope.app.gui.residual;

import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.Answer;
import circuitscope.probes.geometry.Trajectories;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.VBox;

/** Paths of tokens in space, one view a model, all turned together. */
final class PathsPane extends BorderPane {
  private final Services services;
  private final ObjectProperty<Rotation3d> rotation = new SimpleObjectProperty<>(Rotation3d.USUAL);

  PathsPane(Services services) {
    this.services = services;
    getStyleClass().add("figure-pane");
    Label help = new Label(Words.TEXTS.get("paths.help"));
    help.getStyleClass().add("note");
    help.setWrapText(true);
    help.setMinHeight(USE_PREF_SIZE);
    setBottom(help);
  }

  void show(Answer answer) {
    GridPane grid = new GridPane(10, 10);
    int columns = Math.min(2, answer.columns().size());
    for (int i = 0; i < columns; i++) {
      ColumnConstraints column = new ColumnConstraints();
      column.setPercentWidth(100.0 / columns);
      grid.getColumnConstraints().add(column);
    }
    for (int i = 0; i < answer.columns().size(); i += columns) {
      RowConstraints row = new RowConstraints();
      row.setVgrow(Priority.ALWAYS);
      grid.getRowConstraints().add(row);
    }
    for (int i = 0; i < answer.columns().size(); i++) {
      Answer.Column column = answer.columns().get(i);
      if (column.finished().result() instanceof Trajectories paths) {
        PathsView view = new PathsView(services.theme());
        view.rotationProperty().bindBidirectional(rotation);
        view.show(paths);
        VBox.setVgrow(view, Priority.ALWAYS);
        VBox cell = new VBox(view);
        if (answer.columns().size() > 1) {
          Label name = new Label(column.name());
          name.getStyleClass().add("section-title");
          cell.getChildren().addFirst(name);
        }
        grid.add(cell, i % columns, i / columns);
      }
    }
    setCenter(grid);
  }
}
