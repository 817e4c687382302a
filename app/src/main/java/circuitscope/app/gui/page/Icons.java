package circuitscope.app.gui.page;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Tooltip;
import javafx.util.Duration;
import org.kordamp.ikonli.javafx.FontIcon;

/** Icons, and the small controls made of one. */
public final class Icons {
  private static final Duration TOOLTIP_DELAY = Duration.millis(400);

  private Icons() {}

  /** An icon of the Feather pack, such as {@code fth-folder}. */
  public static FontIcon of(String literal) {
    return new FontIcon(literal);
  }

  /** A flat button that is only an icon; its text is told to screen readers and as a tooltip. */
  public static Button button(String id, String literal, String text, Runnable action) {
    Button button = new Button(null, of(literal));
    button.setId(id);
    button.getStyleClass().addAll("button-icon", "flat");
    button.setAccessibleText(text);
    button.setTooltip(tooltip(text));
    button.setOnAction(event -> action.run());
    return button;
  }

  /** A tooltip that wraps. */
  public static Tooltip tooltip(String text) {
    Tooltip tooltip = new Tooltip(text);
    tooltip.setShowDelay(TOOLTIP_DELAY);
    tooltip.setShowDuration(Duration.INDEFINITE);
    tooltip.setWrapText(true);
    tooltip.setMaxWidth(380);
    return tooltip;
  }

  /** Gives a control its id and what a screen reader says of it. */
  public static <N extends Node> N named(N node, String id, String accessibleText) {
    node.setId(id);
    node.setAccessibleText(accessibleText);
    return node;
  }
}
