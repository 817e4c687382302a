package circuitscope.viz.fx;

import circuitscope.viz.layout.Typeface;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;

/** The shipped typeface and the colours of marks, as JavaFX has them. */
final class FxFonts {
  private record Key(boolean bold, double size) {}

  private static final Map<Typeface, String> NAMES = new ConcurrentHashMap<>();
  private static final Map<Key, Font> SIZES = new ConcurrentHashMap<>();

  private FxFonts() {}

  /**
   * The typeface at a size; its file is read once.
   *
   * @param pixels the font size
   */
  static Font of(Typeface typeface, double pixels) {
    double size = Math.round(pixels * 16) / 16.0;
    return SIZES.computeIfAbsent(
        new Key(typeface.bold(), size),
        key -> new Font(NAMES.computeIfAbsent(typeface, FxFonts::load), size));
  }

  /** Makes the typeface known to JavaFX, under the name that it returns. */
  private static String load(Typeface typeface) {
    Font font = Font.loadFont(new ByteArrayInputStream(typeface.bytes()), 12);
    if (font == null) {
      throw new IllegalStateException("JavaFX cannot load the shipped font " + Typeface.FAMILY);
    }
    return font.getName();
  }

  static Color colour(int argb) {
    return Color.rgb(argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, (argb >>> 24) / 255.0);
  }
}
