package circuitscope.viz.fx;

import circuitscope.viz.layout.Typeface;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;

/** The shipped typeface and the colours of marks, as JavaFX has them. */
final class FxFonts {
  private record Key(boolean bold, double size) {}

  private static final Map<Key, Font> LOADED = new HashMap<>();

  private FxFonts() {}

  /**
   * The typeface at a size; the file is read once a size.
   *
   * @param pixels the font size
   */
  static Font of(Typeface typeface, double pixels) {
    double size = Math.round(pixels * 16) / 16.0;
    return LOADED.computeIfAbsent(
        new Key(typeface.bold(), size),
        key -> {
          Font font = Font.loadFont(new ByteArrayInputStream(typeface.bytes()), key.size());
          if (font == null) {
            throw new IllegalStateException(
                "JavaFX cannot load the shipped font " + Typeface.FAMILY);
          }
          return font;
        });
  }

  static Color colour(int argb) {
    return Color.rgb(argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, (argb >>> 24) / 255.0);
  }
}
