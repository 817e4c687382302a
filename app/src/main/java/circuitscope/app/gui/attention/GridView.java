package circuitscope.app.gui.attention;

import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.fx.FigureView;
import circuitscope.viz.layout.Pick;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** All heads small: layers downwards, heads across. A click, or the arrow keys, choose one. */
final class GridView extends VBox {
  private static final Texts TEXTS = AttentionViewModel.TEXTS;

  private final AttentionViewModel model;
  private final FigureView grid = new FigureView();
  private final Label note = new Label();
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
    grid.themeProperty().bind(services.theme());
    grid.onPickProperty()
        .set(
            pick -> {
              grid.requestFocus();
              pick.ifPresent(this::picked);
            });
    grid.onHoverProperty()
        .set(
            pick -> note.setText(pick.map(Pick::text).orElse(TEXTS.get("grid.hint"))));
    grid.setOnKeyPressed(this::pressed);
    ScrollPane scroll = new ScrollPane(grid);
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("bare-scroll");
    VBox.setVgrow(scroll, Priority.ALWAYS);
    note.getStyleClass().add("note");
    note.setWrapText(true);
    note.setMinHeight(USE_PREF_SIZE);
    note.setText(TEXTS.get("grid.hint"));
    getChildren().setAll(scroll, note);
  }

  void show(AttentionViewModel.Answer answer) {
    layers = answer.patterns().surviving().length;
    heads = answer.patterns().surviving()[0].length;
    grid.figureProperty().set(answer.grid().figures().getFirst());
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
