package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.FigureScroll;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;

/** Loss, share kept, r and the Pareto front of a training, two by two. */
final class CoursePane extends StackPane {
  private static final int COLUMNS = 2;

  private final GridPane grid = new GridPane(10, 10);
  private final Label hint = new Label(Words.TEXTS.get("train.nothing"));
  private final Label unjudged = new Label(Words.TEXTS.get("train.unjudged"));
  private final List<FigureScroll> views = new ArrayList<>();
  private List<Figure> shown = List.of();

  CoursePane(Services services) {
    getStyleClass().add("figure-pane");
    hint.getStyleClass().add("hint");
    hint.setWrapText(true);
    for (int i = 0; i < COLUMNS; i++) {
      ColumnConstraints column = new ColumnConstraints();
      column.setPercentWidth(100.0 / COLUMNS);
      grid.getColumnConstraints().add(column);
      RowConstraints row = new RowConstraints();
      row.setPercentHeight(100.0 / COLUMNS);
      row.setVgrow(Priority.ALWAYS);
      grid.getRowConstraints().add(row);
    }
    for (int i = 0; i < COLUMNS * COLUMNS; i++) {
      FigureScroll view = new FigureScroll("live-" + i, services);
      views.add(view);
      grid.add(view, i % COLUMNS, i / COLUMNS);
    }
    unjudged.getStyleClass().add("note");
    unjudged.setWrapText(true);
    grid.add(unjudged, 1, 1);
    getChildren().setAll(hint);
  }

  void show(List<Figure> figures) {
    if (figures.equals(shown)) {
      return;
    }
    shown = figures;
    getChildren().setAll(figures.isEmpty() ? hint : grid);
    unjudged.setVisible(figures.size() < views.size());
    for (int i = 0; i < views.size(); i++) {
      views.get(i).show(i < figures.size() ? figures.get(i) : null);
    }
  }
}
