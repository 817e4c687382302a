package circuitscope.app.gui.study;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Icons;
import java.util.Locale;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** Controls for the models that are asked beside each other. */
final class VariantsForm extends VBox {
  VariantsForm(VariantsViewModel model, FileDialogs files) {
    setId("variants");
    getStyleClass().add("form");
    FlowPane boxes = new FlowPane(10, 6);
    for (VariantsViewModel.Kind kind : VariantsViewModel.Kind.values()) {
      CheckBox box = new CheckBox(kind.text());
      box.setId("variant-" + kind.name().toLowerCase(Locale.ROOT));
      box.selectedProperty().bindBidirectional(model.property(kind));
      boxes.getChildren().add(box);
    }
    FileField mask =
        FileField.open(
            "variant-mask",
            Words.TEXTS.get("variant.mask"),
            model.maskProperty(),
            files,
            MaskFiles.KIND);
    TextField seed = Icons.named(new TextField(), "variant-seed", Words.TEXTS.get("variant.seed"));
    seed.setPrefColumnCount(4);
    seed.textProperty().bindBidirectional(model.seedProperty());
    Label label = new Label(Words.TEXTS.get("variant.seed"));
    label.setLabelFor(seed);
    HBox row = new HBox(label, seed);
    row.getStyleClass().add("form-row");
    row.visibleProperty().bind(model.property(VariantsViewModel.Kind.RANDOM));
    row.managedProperty().bind(row.visibleProperty());
    getChildren().setAll(mask, boxes, row);
  }
}
