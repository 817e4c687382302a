package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.ObservableList;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;

/** The cells of a job, a row each; Enter or a double click opens one. */
final class CellTable extends TableView<CellRow> {
  private static final PseudoClass FAILED = PseudoClass.getPseudoClass("failed");
  private static final PseudoClass DONE = PseudoClass.getPseudoClass("done");

  private static final String COLOURED = "cell-state";

  CellTable(ObservableList<CellRow> cells, Runnable open) {
    super(cells);
    Icons.named(this, "cells", Words.TEXTS.get("cells"));
    getStyleClass().addAll("dense", "striped", "cell-table");
    setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
    Label none = new Label(Words.TEXTS.get("cells.none"));
    none.getStyleClass().add("note");
    setPlaceholder(none);
    column("number", 44, row -> Integer.toString(row.cell().number()));
    column("model", 84, row -> row.cell().model().id());
    column("text", 80, row -> row.cell().textId());
    column(
        "analysis",
        110,
        row ->
            row.cell().analysis().id()
                + (row.cell().seed() == null ? "" : " / seed " + row.cell().seed()));
    column("state", 80, CellRow::stateText).getStyleClass().add(COLOURED);
    column("seconds", 82, row -> row.seconds() == 0 ? "" : Numbers.text(row.seconds()));
    column("standing", 160, CellRow::standing).getStyleClass().add(COLOURED);
    setOnMouseClicked(
        event -> {
          if (event.getClickCount() == 2) {
            open.run();
          }
        });
    setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ENTER && !event.isShortcutDown()) {
            open.run();
          }
        });
  }

  private TableColumn<CellRow, CellRow> column(
      String name, double width, Function<CellRow, String> text) {
    TableColumn<CellRow, CellRow> column = new TableColumn<>(Words.TEXTS.get("column." + name));
    column.setId("column-" + name);
    column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue()));
    column.setCellFactory(view -> new TextCell(text));
    column.setSortable(false); // the order is that of running
    column.setPrefWidth(width);
    column.setMinWidth(Math.min(width, 50));
    getColumns().add(column);
    return column;
  }

  private static final class TextCell extends TableCell<CellRow, CellRow> {
    private final Function<CellRow, String> text;

    TextCell(Function<CellRow, String> text) {
      this.text = text;
    }

    @Override
    protected void updateItem(CellRow row, boolean empty) {
      super.updateItem(row, empty);
      boolean none = empty || row == null;
      setText(none ? null : text.apply(row).lines().findFirst().orElse(""));
      setTooltip(none || getText().length() < 20 ? null : Icons.tooltip(text.apply(row)));
      pseudoClassStateChanged(FAILED, !none && row.state() == CellRow.State.FAILED);
      pseudoClassStateChanged(DONE, !none && row.state().finished());
    }
  }
}
