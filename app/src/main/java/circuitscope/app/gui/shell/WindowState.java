package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Settings;
import java.util.Arrays;
import javafx.geometry.Rectangle2D;
import javafx.stage.Screen;
import javafx.stage.Stage;

/** Where the window was last, if that place is still on a screen. */
final class WindowState {
  private static final String BOUNDS = "window";
  private static final double WIDTH = 1440;
  private static final double HEIGHT = 900;

  private WindowState() {}

  static void restore(Stage stage, Settings settings) {
    Rectangle2D screen = Screen.getPrimary().getVisualBounds();
    stage.setWidth(Math.min(WIDTH, screen.getWidth()));
    stage.setHeight(Math.min(HEIGHT, screen.getHeight()));
    stage.setMinWidth(900);
    stage.setMinHeight(600);
    String stored = settings.get(BOUNDS, "");
    if (stored.matches("(-?\\d+ ){4}(true|false)")) {
      double[] bounds =
          Arrays.stream(stored.split(" ")).limit(4).mapToDouble(Double::parseDouble).toArray();
      if (!Screen.getScreensForRectangle(bounds[0], bounds[1], bounds[2], bounds[3]).isEmpty()) {
        stage.setX(bounds[0]);
        stage.setY(bounds[1]);
        stage.setWidth(bounds[2]);
        stage.setHeight(bounds[3]);
      }
      stage.setMaximized(stored.endsWith("true"));
    }
  }

  static void keep(Stage stage, Settings settings) {
    settings.put(
        BOUNDS,
        "%d %d %d %d %s"
            .formatted(
                Math.round(stage.getX()),
                Math.round(stage.getY()),
                Math.round(stage.getWidth()),
                Math.round(stage.getHeight()),
                stage.isMaximized()));
  }
}
