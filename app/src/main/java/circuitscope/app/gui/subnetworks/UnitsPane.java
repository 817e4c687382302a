package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.subnetworks.UnitsViewModel.Grid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The parts of a model as buttons: a row a layer, its heads, its attention and its MLP. */
final class UnitsPane extends VBox {
  private static final double HIGHEST = 240;

  private final UnitsViewModel model;
  private final GridPane grid = new GridPane(3, 3);
  private final Map<String, ToggleButton> buttons = new LinkedHashMap<>();
  private final Label standing = new Label();

  UnitsPane(UnitsViewModel model) {
    this.model = model;
    setId("units");
    getStyleClass().addAll("form", "units");
    Label help = new Label(Words.TEXTS.get("units.help"));
    help.getStyleClass().add("note");
    help.setWrapText(true);
    ScrollPane scroll = new ScrollPane(grid);
    scroll.setMaxHeight(HIGHEST);
    TextField neuron = Icons.named(new TextField(), "unit-neuron", Words.TEXTS.get("units.neuron"));
    neuron.setPromptText(Words.TEXTS.get("units.neuron"));
    neuron.setPrefColumnCount(12);
    neuron.setOnAction(
        event -> {
          if (!neuron.getText().isBlank()) {
            model.toggle(neuron.getText().strip());
            neuron.clear();
          }
        });
    Button clear = new Button(Words.TEXTS.get("units.clear"));
    clear.setId("units-clear");
    clear.setOnAction(event -> model.clear());
    standing.setId("units-standing");
    standing.getStyleClass().add("note");
    HBox row = new HBox(neuron, clear, standing);
    row.getStyleClass().add("form-row");
    getChildren().setAll(help, scroll, row);
    model.gridProperty().addListener((property, old, now) -> show(now));
    model.chosenProperty().addListener((property, old, now) -> mark(now));
    show(model.gridProperty().get());
  }

  private void show(@Nullable Grid shown) {
    grid.getChildren().clear();
    buttons.clear();
    if (shown == null) {
      return;
    }
    for (int layer = shown.layers() - 1; layer >= 0; layer--) {
      int row = shown.layers() - 1 - layer;
      Label name = new Label(Words.TEXTS.get("units.layer", layer));
      name.getStyleClass().add("note");
      name.setMinWidth(58);
      grid.add(name, 0, row);
      for (int head = 0; head < shown.heads(); head++) {
        grid.add(button("L%dH%d".formatted(layer, head), "H" + head), head + 1, row);
      }
      grid.add(
          button("L%d.attn".formatted(layer), Words.TEXTS.get("units.attn")),
          shown.heads() + 1,
          row);
      grid.add(
          button("L%d.mlp".formatted(layer), Words.TEXTS.get("units.mlp")), shown.heads() + 2, row);
    }
    mark(model.chosenProperty().get());
  }

  private ToggleButton button(String unit, String text) {
    ToggleButton button = new ToggleButton(text);
    button.setId("unit-" + unit.replace('.', '-'));
    button.getStyleClass().addAll("small", "unit");
    button.setMinWidth(USE_PREF_SIZE);
    button.setMaxWidth(Double.MAX_VALUE);
    button.setAccessibleText(unit);
    button.setOnAction(event -> model.toggle(unit));
    buttons.put(unit, button);
    return button;
  }

  private void mark(List<String> chosen) {
    buttons.forEach((unit, button) -> button.setSelected(chosen.contains(unit)));
    standing.setText(
        chosen.isEmpty()
            ? Words.TEXTS.get("units.none")
            : Words.TEXTS.get("units.chosen", String.join(", ", chosen)));
  }
}
