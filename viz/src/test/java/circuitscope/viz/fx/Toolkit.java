package circuitscope.viz.fx;

import java.awt.image.BufferedImage;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;

/** JavaFX without a display, started once for all tests of a process. */
final class Toolkit {
  private static boolean started;

  private Toolkit() {}

  private static synchronized void start() {
    if (!started) {
      Platform.startup(() -> {});
      Platform.setImplicitExit(false);
      started = true;
    }
  }

  /** Runs work on the toolkit's thread and hands back what it gives or throws. */
  static <T> T on(Callable<T> work) {
    start();
    var task = new FutureTask<>(work);
    Platform.runLater(task);
    try {
      return task.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Lays a node out in a scene of its own. */
  static void show(Region node, double width, double height) {
    var pane = new Pane(node);
    var scene = new Scene(pane, width, height);
    node.setPrefSize(width, height);
    scene.getRoot().applyCss();
    scene.getRoot().layout();
  }

  /** What a laid-out node looks like. */
  static BufferedImage picture(Node node) {
    WritableImage seen = node.snapshot(null, null);
    int width = (int) seen.getWidth();
    int height = (int) seen.getHeight();
    PixelReader pixels = seen.getPixelReader();
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, pixels.getArgb(x, y));
      }
    }
    return image;
  }
}
