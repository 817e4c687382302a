package circuitscope.app.gui.tokens;

import javafx.scene.paint.Color;

/** A colour of data on a control. */
final class Swatch {
  /** Above this luminance, dark letters are read more easily than light ones. */
  private static final double LIGHT = 0.45;

  private Swatch() {}

  /**
   * The colour of the window that a colour of a figure is.
   *
   * @param argb {@code 0xAARRGGBB}
   */
  static Color of(int argb) {
    return Color.rgb(argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, (argb >>> 24) / 255.0);
  }

  static boolean isLight(Color colour) {
    return 0.2126 * colour.getRed() + 0.7152 * colour.getGreen() + 0.0722 * colour.getBlue()
        > LIGHT;
  }
}
