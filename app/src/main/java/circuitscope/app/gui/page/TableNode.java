package circuitscope.app.gui.page;

import circuitscope.probes.analysis.DataTable;
import java.util.Comparator;
import java.util.List;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.transformation.SortedList;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;

/** Rows under named columns, sorted by a click on a head; Ctrl+C copies the chosen rows. */
public final class TableNode extends TableView<List<Object>> {
  /** Widths are for letters of this size, and grow with them. */
  private static final double LETTERS_OF = 13;

  private static final double MIN_WIDTH = 60;
  private static final double MAX_WIDTH = 320;
  private static final double LETTER = 8.2;
  private static final double PADDING = 34;
  private static final int ROWS_MEASURED = 200;
  private static final KeyCombination COPY =
      new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

  private boolean measured;

  public TableNode(DataTable table) {
    setId("table-" + table.name());
    setAccessibleText(table.name());
    getStyleClass().addAll("dense", "striped");
    for (int column = 0; column < table.columns().size(); column++) {
      getColumns().add(column(table, column));
    }
    SortedList<List<Object>> rows =
        new SortedList<>(FXCollections.observableArrayList(table.rows()));
    rows.comparatorProperty().bind(comparatorProperty());
    setItems(rows);
    getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    setOnKeyPressed(
        event -> {
          if (COPY.match(event)) {
            copy();
          }
        });
  }

  /** The size of the letters is known once there are heads. */
  @Override
  protected void layoutChildren() {
    super.layoutChildren();
    if (!measured && lookup(".column-header .label") instanceof Label head) {
      measured = true;
      head.fontProperty().addListener((property, old, now) -> widen(now.getSize() / old.getSize()));
      widen(head.getFont().getSize() / LETTERS_OF);
    }
  }

  private void widen(double by) {
    if (by != 1) {
      getColumns().forEach(column -> column.setPrefWidth(by * column.getPrefWidth()));
    }
  }

  private static TableColumn<List<Object>, Object> column(DataTable table, int index) {
    String name = table.columns().get(index);
    TableColumn<List<Object>, Object> column = new TableColumn<>(name.replace('_', ' '));
    column.setId("column-" + name);
    column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue().get(index)));
    column.setComparator(TableNode::compare);
    column.setCellFactory(view -> new ValueCell());
    int longest =
        table.rows().stream()
            .limit(ROWS_MEASURED)
            .mapToInt(row -> Numbers.text(row.get(index)).length())
            .max()
            .orElse(0);
    double width = Math.max(longest, name.length()) * LETTER + PADDING;
    column.setPrefWidth(Math.clamp(width, MIN_WIDTH, MAX_WIDTH));
    return column;
  }

  /** Numbers by size, with no value last; everything else as text. */
  private static int compare(Object a, Object b) {
    if (a instanceof Number first && b instanceof Number second) {
      return Double.compare(first.doubleValue(), second.doubleValue());
    }
    return Comparator.<String>naturalOrder().compare(a.toString(), b.toString());
  }

  private void copy() {
    StringBuilder text = new StringBuilder();
    for (List<Object> row : getSelectionModel().getSelectedItems()) {
      text.append(String.join("\t", row.stream().map(Object::toString).toList())).append('\n');
    }
    ClipboardContent content = new ClipboardContent();
    content.putString(text.toString());
    Clipboard.getSystemClipboard().setContent(content);
  }

  private static final class ValueCell extends TableCell<List<Object>, Object> {
    @Override
    protected void updateItem(Object value, boolean empty) {
      super.updateItem(value, empty);
      setText(empty || value == null ? null : Numbers.text(value));
      setAlignment(value instanceof Number ? Pos.CENTER_RIGHT : Pos.CENTER_LEFT);
    }
  }
}
