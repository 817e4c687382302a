package circuitscope.viz.layout;

import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * The shipped font: widths for the layout and outlines for the painters.
 *
 * <p>Read without AWT's font system, which does not start on a machine without fontconfig, and
 * without kerning or hinting, so that a label is as wide in every kind of output.
 */
public final class Typeface {
  public static final Typeface REGULAR = new Typeface("DejaVuSansCondensed.ttf", false);
  public static final Typeface BOLD = new Typeface("DejaVuSansCondensed-Bold.ttf", true);

  /** Family name inside both files. */
  public static final String FAMILY = "DejaVu Sans Condensed";

  /** Height of ascenders above the baseline, in font sizes. */
  public static final double ASCENT = 0.76;

  /** Depth of descenders below the baseline, in font sizes. */
  public static final double DESCENT = 0.24;

  private final String file;
  private final boolean bold;
  private final TrueTypeFont font;
  private final CmapLookup glyphs;
  private final double unitsPerEm;

  private Typeface(String file, boolean bold) {
    this.file = file;
    this.bold = bold;
    try {
      font = new TTFParser(true).parse(new RandomAccessReadBuffer(bytes()));
      glyphs = font.getUnicodeCmapLookup();
      unitsPerEm = font.getUnitsPerEm();
    } catch (IOException e) {
      throw new UncheckedIOException("shipped font " + file + " cannot be read", e);
    }
  }

  public boolean bold() {
    return bold;
  }

  /** The font file. */
  public byte[] bytes() {
    String resource = "/circuitscope/viz/font/" + file + ".gz";
    try (InputStream packed = Typeface.class.getResourceAsStream(resource)) {
      if (packed == null) {
        throw new IllegalStateException("font " + resource + " is missing from the jar");
      }
      try (InputStream font = new GZIPInputStream(packed)) {
        return font.readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Advance width of a text at a size, in points. */
  public double width(String text, double size) {
    double units = 0;
    for (int codePoint : text.codePoints().toArray()) {
      units += advance(codePoint);
    }
    return units / unitsPerEm * size;
  }

  /** Advance width of one character at size 1. */
  public double width(int codePoint) {
    return advance(codePoint) / unitsPerEm;
  }

  /** Outline of one character at size 1 with its baseline at y = 0, y downwards. */
  public GeneralPath outline(int codePoint) {
    try {
      GlyphData glyph = font.getGlyph().getGlyph(glyphs.getGlyphId(codePoint));
      GeneralPath path = glyph == null ? new GeneralPath() : glyph.getPath();
      path.transform(AffineTransform.getScaleInstance(1 / unitsPerEm, -1 / unitsPerEm));
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException("shipped font " + file, e);
    }
  }

  /**
   * The text with everything that the font cannot show made visible: line ends and tabs by their
   * signs, other characters by their code point, {@code U+4E2D}.
   */
  public String displayable(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(
            codePoint -> {
              switch (codePoint) {
                case '\n' -> shown.append('⏎');
                case '\r' -> shown.append('↵');
                case '\t' -> shown.append('⇥');
                default -> {
                  if (Character.isISOControl(codePoint) || glyphs.getGlyphId(codePoint) == 0) {
                    shown.append("U+%04X".formatted(codePoint));
                  } else {
                    shown.appendCodePoint(codePoint);
                  }
                }
              }
            });
    return shown.toString();
  }

  /** The longest beginning of a text that, with an ellipsis, is no wider than {@code width}. */
  public String elided(String text, double size, double width) {
    if (width(text, size) <= width) {
      return text;
    }
    int[] codePoints = text.codePoints().toArray();
    for (int kept = codePoints.length - 1; kept > 0; kept--) {
      String shorter = new String(codePoints, 0, kept) + "…";
      if (width(shorter, size) <= width) {
        return shorter;
      }
    }
    return "…";
  }

  private int advance(int codePoint) {
    try {
      return font.getAdvanceWidth(glyphs.getGlyphId(codePoint));
    } catch (IOException e) {
      throw new UncheckedIOException("shipped font " + file, e);
    }
  }
}
