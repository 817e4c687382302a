package circuitscope.app.gui.page;

import javafx.geometry.Insets;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/**
 * The head of a page: title, help and buttons. Where there is no room the help goes first, then the
 * words of the buttons, then the end of the title; the buttons stay.
 */
final class PageHead extends HBox {
  private final Label title;
  private final HBox buttons = new HBox();

  PageHead(String title, String help) {
    getStyleClass().add("page-head");
    this.title = new Label(title);
    this.title.getStyleClass().add("page-title");
    this.title.setTooltip(Icons.tooltip(title));
    Label about = new Label(help);
    about.getStyleClass().add("page-help");
    about.setTooltip(Icons.tooltip(Glossary.explained(help)));
    about.setMaxWidth(Double.MAX_VALUE);
    about.setMinWidth(0);
    HBox.setHgrow(about, Priority.ALWAYS);
    buttons.getStyleClass().add("page-actions");
    buttons.setMinWidth(Region.USE_PREF_SIZE);
    getChildren().setAll(this.title, about, buttons);
  }

  /** Adds a button at the right end. */
  void add(Button button) {
    button.setMinWidth(Region.USE_PREF_SIZE);
    buttons.getChildren().add(button);
  }

  /** No head makes its page wider. */
  @Override
  protected double computeMinWidth(double height) {
    return 0;
  }

  @Override
  protected void layoutChildren() {
    Insets insets = getInsets();
    double room = getWidth() - insets.getLeft() - insets.getRight() - 2 * getSpacing();
    double words = title.prefWidth(-1);
    display(ContentDisplay.LEFT);
    if (words + buttons.prefWidth(-1) > room) {
      display(ContentDisplay.GRAPHIC_ONLY);
    }
    title.setMinWidth(Math.clamp(room - buttons.prefWidth(-1), 0, words));
    super.layoutChildren();
  }

  private void display(ContentDisplay display) {
    for (var button : buttons.getChildren()) {
      ((Button) button).setContentDisplay(display);
    }
  }
}
