package circuitscope.app.gui.page;

import circuitscope.app.gui.model.LoadedModel;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.VBox;

/** The open models, one of them chosen. */
public final class ModelChooser extends VBox {
  public ModelChooser(ChosenModel model) {
    getStyleClass().add("form");
    ComboBox<LoadedModel> box =
        Icons.named(new ComboBox<>(model.open()), "model", Texts.SHARED.get("model"));
    box.setMaxWidth(Double.MAX_VALUE);
    box.setPromptText(Texts.SHARED.get("model.none"));
    box.setCellFactory(list -> new ModelCell());
    box.setButtonCell(new ModelCell());
    box.valueProperty().bindBidirectional(model.modelProperty());
    getChildren().setAll(box);
  }

  private static final class ModelCell extends ListCell<LoadedModel> {
    @Override
    protected void updateItem(LoadedModel model, boolean empty) {
      super.updateItem(model, empty);
      if (empty || model == null) {
        setText(Texts.SHARED.get("model.none"));
        setGraphic(null);
        return;
      }
      setText(model.name());
      Label facts = new Label(model.facts());
      facts.getStyleClass().add("note");
      setGraphic(facts);
      setContentDisplay(javafx.scene.control.ContentDisplay.RIGHT);
      setGraphicTextGap(10);
    }
  }
}
