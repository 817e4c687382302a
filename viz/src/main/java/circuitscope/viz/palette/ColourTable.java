package circuitscope.viz.palette;

import circuitscope.viz.figure.Palette;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A colour map as {@value #SIZE} colours from its lowest to its highest value.
 *
 * <p>Viridis and cividis are the 256 published colours (matplotlib: van der Walt and Smith 2015;
 * Nuñez, Anderton and Renslow 2018), Blues and RdBu the published control points of ColorBrewer
 * (Brewer), joined linearly in sRGB as matplotlib does. On dark paper Blues runs the other way
 * round, so that the smallest value stays the colour next to the paper, and the diverging map is
 * berlin (Crameri 2018), whose middle is dark.
 */
public final class ColourTable {
  /** An odd number, so that a diverging map has a middle: entry {@link #MIDDLE}. */
  public static final int SIZE = 255;

  public static final int MIDDLE = SIZE / 2;

  private static final int[] BLUES = {
    0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b
  };
  private static final int[] RED_BLUE = {
    0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3,
    0x2166ac, 0x053061
  };

  private ColourTable() {}

  /** The colours of {@code palette} on {@code theme}'s paper, {@code 0xAARRGGBB}, lowest first. */
  public static int[] of(Palette palette, Theme theme) {
    boolean dark = theme == Theme.DARK;
    return switch (palette) {
      case BLUES -> sampled(dark ? reversed(BLUES) : BLUES);
      case VIRIDIS -> sampled(published("viridis"));
      case CIVIDIS -> sampled(published("cividis"));
      case RED_BLUE -> sampled(dark ? reversed(published("berlin")) : RED_BLUE);
    };
  }

  /** The colour at {@code fraction} of the way through {@code points}, joined linearly in sRGB. */
  private static int between(int[] points, double fraction) {
    double position = fraction * (points.length - 1);
    int left = Math.min((int) position, points.length - 2);
    double share = position - left;
    int colour = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = points[left] >> shift & 0xff;
      int to = points[left + 1] >> shift & 0xff;
      colour = colour << 8 | (int) Math.round(from + share * (to - from));
    }
    return colour;
  }

  private static int[] sampled(int[] points) {
    int[] table = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      table[i] = between(points, i / (SIZE - 1.0));
    }
    return table;
  }

  private static int[] reversed(int[] points) {
    int[] turned = new int[points.length];
    for (int i = 0; i < points.length; i++) {
      turned[i] = points[points.length - 1 - i];
    }
    return turned;
  }

  private static int[] published(String name) {
    String resource = "/circuitscope/viz/palette/" + name + ".txt";
    try (InputStream in = ColourTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("colour map " + resource + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .mapToInt(line -> Integer.parseInt(line, 16))
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
