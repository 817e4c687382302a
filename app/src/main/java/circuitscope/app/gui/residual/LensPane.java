package circuitscope.app.gui.residual;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import circuitscope.app.gui.residual.LensViewModel.Cell;
import circuitscope.app.gui.residual.LensViewModel.Likely;
import circuitscope.app.gui.residual.LensViewModel.Table;
import circuitscope.probes.residual.Lens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Lens tables above each other, and beside them what is most likely at the chosen cell. */
final class LensPane extends BorderPane {
  private static final double SIDE = 260;
  private static final int LEAST_HEIGHT = 170;

  private final LensViewModel model;
  private final VBox tables = new VBox();
  private final VBox likely = new VBox();
  private final List<LensTable> shown = new ArrayList<>();

  LensPane(LensViewModel model) {
    this.model = model;
    setId("lens");
    getStyleClass().add("lens");
    tables.getStyleClass().add("form");
    tables.setFillWidth(true);
    likely.getStyleClass().addAll("form", "lens-likely");
    likely.setPrefWidth(SIDE);
    likely.setMinWidth(SIDE);
    ScrollPane scroll = new ScrollPane(likely);
    scroll.setFitToWidth(true);
    scroll.setPrefWidth(SIDE + 14);
    scroll.setMinWidth(SIDE + 14);
    ScrollPane all = new ScrollPane(tables);
    all.setFitToWidth(true);
    all.setFitToHeight(true);
    setCenter(all);
    setRight(scroll);
    model.tablesProperty().addListener((property, old, now) -> showTables(now));
    model.cellProperty().addListener((property, old, now) -> showLikely());
  }

  private void showTables(List<Table> now) {
    tables.getChildren().clear();
    shown.clear();
    for (Table table : now) {
      LensTable node = new LensTable(table, model);
      node.setMinHeight(LEAST_HEIGHT);
      VBox.setVgrow(node, Priority.ALWAYS);
      shown.add(node);
      if (now.size() > 1) {
        Label name = new Label(table.name());
        name.getStyleClass().add("section-title");
        tables.getChildren().add(name);
      }
      tables.getChildren().add(node);
    }
    Label help = new Label(Words.TEXTS.get("lens.help"));
    help.getStyleClass().add("note");
    help.setWrapText(true);
    help.setMinHeight(USE_PREF_SIZE);
    tables.getChildren().add(help);
    showLikely();
  }

  private void showLikely() {
    likely.getChildren().clear();
    Optional<Cell> cell = model.cellProperty().get();
    if (cell.isEmpty() || model.tablesProperty().get().isEmpty()) {
      return;
    }
    Cell at = cell.get();
    shown.forEach(table -> table.point(at));
    Lens first = model.tablesProperty().get().getFirst().lens();
    Label title =
        new Label(Words.TEXTS.get("lens.after", first.tokens().get(at.position()), at.position()));
    title.getStyleClass().add("section-title");
    title.setWrapText(true);
    Label where = new Label(Words.TEXTS.get("lens.read", first.layers().get(at.layer()).layer()));
    where.getStyleClass().add("note");
    likely.getChildren().addAll(title, where);
    for (Table table : model.tablesProperty().get()) {
      if (model.tablesProperty().get().size() > 1) {
        likely.getChildren().add(new Label(table.name()));
      }
      likely.getChildren().add(bars(LensViewModel.likely(table.lens(), at)));
    }
  }

  /** Token, probability as a bar and as a number. */
  private static GridPane bars(List<Likely> rows) {
    GridPane grid = new GridPane(8, 4);
    grid.setId("likely");
    ColumnConstraints token = new ColumnConstraints();
    token.setHgrow(Priority.ALWAYS);
    grid.getColumnConstraints().setAll(token, new ColumnConstraints(60), new ColumnConstraints(76));
    double most = rows.stream().mapToDouble(Likely::probability).max().orElse(1);
    for (int row = 0; row < rows.size(); row++) {
      Likely one = rows.get(row);
      Label name = new Label(one.token());
      name.getStyleClass().add("lens-token");
      Label number = new Label(Numbers.text(one.probability()));
      number.setMaxWidth(Double.MAX_VALUE);
      number.setAlignment(Pos.CENTER_RIGHT);
      number.setId("likely-" + one.rank());
      HBox bar = new HBox();
      bar.getStyleClass().add("lens-bar");
      bar.setMaxWidth(Math.max(1, 60 * one.probability() / most));
      bar.setMaxHeight(8);
      grid.addRow(row, name, bar, number);
    }
    return grid;
  }

  /** One model's table: a row a layer, a column a token; the colour is the probability. */
  private static final class LensTable extends TableView<Lens.Layer> {
    private static final double COLUMN = 74;

    LensTable(Table table, LensViewModel model) {
      Lens lens = table.lens();
      Icons.named(this, "lens-table", Words.TEXTS.get("lens.table", table.name()));
      getStyleClass().addAll("dense", "lens-table");
      getSelectionModel().setCellSelectionEnabled(true);
      TableColumn<Lens.Layer, String> names = new TableColumn<>(Words.TEXTS.get("lens.layer"));
      names.setCellValueFactory(row -> new ReadOnlyStringWrapper(row.getValue().layer()));
      names.setSortable(false);
      names.setPrefWidth(112);
      getColumns().add(names);
      for (int position = 0; position < lens.tokens().size(); position++) {
        int at = position;
        TableColumn<Lens.Layer, String> column = new TableColumn<>(lens.tokens().get(position));
        column.setCellValueFactory(row -> new ReadOnlyStringWrapper(row.getValue().top().get(at)));
        column.setCellFactory(owner -> new LensCell(at));
        column.setSortable(false);
        column.setPrefWidth(COLUMN);
        getColumns().add(column);
      }
      getItems().setAll(lens.layers());
      getFocusModel()
          .focusedCellProperty()
          .addListener(
              observable -> {
                int row = getFocusModel().getFocusedCell().getRow();
                int column = getFocusModel().getFocusedCell().getColumn();
                if (row >= 0 && column > 0) {
                  model.cellProperty().set(Optional.of(new Cell(row, column - 1)));
                }
              });
    }

    /** Marks a cell that was chosen, here or in another table. */
    void point(Cell at) {
      if (at.position() + 1 < getColumns().size()) {
        getSelectionModel().clearAndSelect(at.layer(), getColumns().get(at.position() + 1));
      }
    }
  }
}
