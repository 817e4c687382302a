package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.FigureScroll;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;

/** Where the weights of a finished mask lie; the latest until another is chosen. */
final class DistributionPane extends BorderPane {
  private final ComboBox<String> names =
      Icons.named(new ComboBox<>(), "finished-mask", Words.TEXTS.get("train.masks"));
  private final FigureScroll figure;
  private Live live = Live.NOTHING;

  DistributionPane(Services services) {
    getStyleClass().add("figure-pane");
    figure = new FigureScroll("distribution", services);
    names.valueProperty().addListener((property, old, now) -> show());
    Label hint = new Label(Words.TEXTS.get("train.no-mask"));
    hint.getStyleClass().add("hint");
    names.setPlaceholder(hint);
    names.setPromptText(Words.TEXTS.get("train.no-mask"));
    VBox top = new VBox(names);
    top.getStyleClass().add("form");
    setTop(top);
    setCenter(figure);
  }

  void show(Live now) {
    boolean grown = now.distributions().size() != live.distributions().size();
    live = now;
    if (grown) {
      names.getItems().setAll(now.distributions().keySet());
      names.getSelectionModel().selectLast();
    }
    show();
  }

  private void show() {
    figure.show(names.getValue() == null ? null : live.distributions().get(names.getValue()));
  }
}
