package circuitscope.viz.fx;

import java.awt.image.BufferedImage;

/** How like two pictures are, with edges smoothed differently and places rounded by a pixel. */
final class Likeness {
  /** How far beyond its neighbourhood's range a channel may lie, of 255. */
  private static final int SHADES = 40;

  private Likeness() {}

  /**
   * The share of pixels whose colour lies outside the range of the 3 × 3 pixels around their place
   * in the other picture, both ways round. A line that is missing, has another colour or is moved
   * by more than a pixel is made of such pixels.
   */
  static double strays(BufferedImage one, BufferedImage other) {
    int width = Math.min(one.getWidth(), other.getWidth());
    int height = Math.min(one.getHeight(), other.getHeight());
    if (Math.abs(one.getWidth() - other.getWidth()) > 1
        || Math.abs(one.getHeight() - other.getHeight()) > 1) {
      return 1;
    }
    int[] first = one.getRGB(0, 0, width, height, null, 0, width);
    int[] second = other.getRGB(0, 0, width, height, null, 0, width);
    int strays = strays(first, second, width, height) + strays(second, first, width, height);
    return strays / (2.0 * width * height);
  }

  private static int strays(int[] pixels, int[] around, int width, int height) {
    int strays = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        strays += fits(pixels[y * width + x], around, x, y, width) ? 0 : 1;
      }
    }
    return strays;
  }

  private static boolean fits(int pixel, int[] around, int x, int y, int width) {
    for (int shift = 0; shift <= 16; shift += 8) {
      int low = 255;
      int high = 0;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int channel = around[(y + dy) * width + x + dx] >> shift & 0xff;
          low = Math.min(low, channel);
          high = Math.max(high, channel);
        }
      }
      int value = pixel >> shift & 0xff;
      if (value < low - SHADES || value > high + SHADES) {
        return false;
      }
    }
    return true;
  }
}
