package circuitscope.app.gui.attention;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.PreferredColours;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.fx.FigureView;
import circuitscope.viz.layout.Pick;
import javafx.beans.binding.Bindings;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SelectionMode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** All heads small: layers downwards, heads across. A click, or the arrow keys, choose one. */
final class GridView extends VBox {
  private static final Texts TEXTS = AttentionViewModel.TEXTS;

  private final AttentionViewModel model;
  private final FigureView grid = new FigureView();
  private final Label note = new Label();
  private final StackPane table = new StackPane();
  private @Nullable Outcome shown;
  private boolean following;
  private int layers = 1;
  private int heads = 1;

  GridView(AttentionViewModel model, Services services) {
    this.model = model;
    getStyleClass().add("pane");
    setMinWidth(220);
    grid.setId("grid");
    grid.setFocusTraversable(true);
    grid.setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    grid.setAccessibleText(TEXTS.get("grid.help"));
    PreferredColours.follow(grid, services);
    grid.onPickProperty()
        .set(
            pick -> {
              grid.requestFocus();
              pick.ifPresent(this::picked);
            });
    grid.onHoverProperty()
        .set(pick -> note.setText(pick.map(Pick::text).orElse(TEXTS.get("grid.hint"))));
    grid.setOnKeyPressed(this::pressed);
    ScrollPane scroll = new ScrollPane(grid);
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("bare-scroll");
    scroll.prefHeightProperty().bind(grid.heightProperty().add(4));
    note.getStyleClass().add("note");
    note.setWrapText(true);
    note.setMinHeight(USE_PREF_SIZE);
    note.setText(TEXTS.get("grid.hint"));
    scroll.minHeightProperty().bind(Bindings.min(300, grid.heightProperty().add(4)));
    VBox.setVgrow(table, Priority.ALWAYS);
    table.setMinHeight(90);
    getChildren().setAll(scroll, note, table);
  }

  void show(AttentionViewModel.Answer answer) {
    layers = answer.patterns().surviving().length;
    heads = answer.patterns().surviving()[0].length;
    if (!answer.grid().equals(shown)) {
      shown = answer.grid();
      grid.figureProperty().set(shown.figures().getFirst());
      fill(model.table(answer.patterns()));
    }
    select(answer.pattern().head());
  }

  private void fill(DataTable surviving) {
    TableNode rows = new TableNode(surviving);
    rows.getSelectionModel().setSelectionMode(SelectionMode.SINGLE);
    rows.getSelectionModel()
        .selectedItemProperty()
        .addListener(
            (property, old, row) -> {
              if (row != null && !following) {
                model.showHead(row.getFirst().toString());
              }
            });
    rows.setMinHeight(90);
    table.getChildren().setAll(rows);
  }

  private void select(String head) {
    TableNode rows = (TableNode) table.getChildren().getFirst();
    following = true;
    for (int i = 0; i < rows.getItems().size(); i++) {
      if (rows.getItems().get(i).getFirst().equals(head)) {
        rows.getSelectionModel().clearAndSelect(i);
      }
    }
    following = false;
  }

  private void picked(Pick pick) {
    if (pick instanceof Pick.HeadCell cell) {
      model.showHead(new HeadName(cell.layer(), cell.head()).toString());
    }
  }

  private void pressed(KeyEvent event) {
    HeadName now = HeadName.parse(model.parameters().field("head").textProperty().get());
    HeadName next =
        switch (event.getCode()) {
          case LEFT -> new HeadName(now.layer(), Math.max(0, now.head() - 1));
          case RIGHT -> new HeadName(now.layer(), Math.min(heads - 1, now.head() + 1));
          case UP -> new HeadName(Math.max(0, now.layer() - 1), now.head());
          case DOWN -> new HeadName(Math.min(layers - 1, now.layer() + 1), now.head());
          default -> null;
        };
    if (next != null) {
      event.consume();
      model.showHead(next.toString());
    }
  }
}
