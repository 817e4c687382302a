package circuitscope.tests.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javafx.scene.Node;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javax.imageio.ImageIO;

/** What a node looks like, as a PNG file. */
final class Snapshots {
  private Snapshots() {}

  /** To be called on the toolkit's thread. */
  static void write(Node node, Path file) {
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
    try {
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
