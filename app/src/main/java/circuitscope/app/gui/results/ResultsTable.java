package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import java.util.List;
import java.util.function.Function;
import javafx.beans.Observable;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.transformation.SortedList;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;

/** The runs, sorted by a click on a head; several can be chosen. */
final class ResultsTable extends TableView<Row> {
  private final ResultsViewModel model;
  private boolean selecting;

  ResultsTable(ResultsViewModel model) {
    this.model = model;
    setId("results-table");
    setAccessibleText(Words.TEXTS.get("title"));
    getStyleClass().addAll("dense", "striped");
    Label none = new Label();
    none.setWrapText(true);
    none.getStyleClass().add("note");
    none.setText(Words.TEXTS.get("none"));
    setPlaceholder(none);
    column("when", 112, Row::started);
    column("name", 132, Row::name);
    column("model", 80, Row::model);
    column("text", 130, Row::text);
    column("parameters", 130, Row::parameters);
    column("seconds", 76, Row::seconds);
    column("note", 150, Row::note);
    SortedList<Row> sorted = new SortedList<>(model.rows());
    sorted.comparatorProperty().bind(comparatorProperty());
    setItems(sorted);
    getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    getSelectionModel().getSelectedItems().addListener((Observable change) -> chosen());
    sorted.addListener((Observable change) -> select());
    model.chosenProperty().addListener(change -> select());
    select();
  }

  private <T> void column(String name, double width, Function<Row, T> value) {
    TableColumn<Row, T> column = new TableColumn<>(Words.TEXTS.get("column." + name));
    column.setId("column-" + name);
    column.setPrefWidth(width);
    column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(value.apply(row.getValue())));
    column.setCellFactory(view -> new ValueCell<>());
    getColumns().add(column);
  }

  private void chosen() {
    if (!selecting) {
      List<Row> selected = List.copyOf(getSelectionModel().getSelectedItems());
      model.choose(selected.stream().map(Row::id).toList());
    }
  }

  /** Selects what is chosen, as after the rows were read anew. */
  private void select() {
    List<String> wanted = model.chosenProperty().get();
    List<String> now = getSelectionModel().getSelectedItems().stream().map(Row::id).toList();
    if (selecting || wanted.equals(now)) {
      return;
    }
    selecting = true;
    getSelectionModel().clearSelection();
    for (int i = 0; i < getItems().size(); i++) {
      if (wanted.contains(getItems().get(i).id())) {
        getSelectionModel().select(i);
      }
    }
    selecting = false;
  }

  /** Numbers to the right; what is cut off stands in the tooltip. */
  private static final class ValueCell<T> extends TableCell<Row, T> {
    @Override
    protected void updateItem(T value, boolean empty) {
      super.updateItem(value, empty);
      boolean nothing = empty || value == null;
      boolean when = getTableColumn().getId().equals("column-when");
      String text =
          nothing ? "" : when ? Row.day(value.toString()) : Numbers.text(value).replace('\n', ' ');
      setText(text);
      setAlignment(value instanceof Number ? Pos.CENTER_RIGHT : Pos.CENTER_LEFT);
      Tooltip tooltip = text.isEmpty() ? null : Icons.tooltip(text);
      setTooltip(tooltip);
      Row row = getTableRow() == null ? null : getTableRow().getItem();
      boolean broken = !nothing && row != null && !row.problem().isEmpty();
      boolean first = getTableColumn().getId().equals("column-name");
      setGraphic(broken && first ? Icons.of("fth-alert-triangle") : null);
    }
  }
}
