package circuitscope.viz.layout;

import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.ColourScale;
import org.jspecify.annotations.Nullable;

/** Places coloured tokens in lines and the colour bar under them. */
final class TokenStripLayout {
  private TokenStripLayout() {}

  /**
   * Places the figure.
   *
   * @param shared the colours of a whole sheet, whose bar stands elsewhere; null for its own
   */
  static Block place(
      TokenStrip figure, FigureStyle style, double width, @Nullable ColourScale shared) {
    Pen pen = new Pen(style);
    double em = pen.em();
    double[] extent = extent(figure.values());
    ColourScale scale =
        shared == null
            ? ColourScale.of(figure.colours(), style.theme(), extent[0], extent[1])
            : shared;
    double padding = 0.28 * em;
    double boxHeight = 1.55 * em;
    double line = 1.8 * em;
    double gap = 0.12 * em;
    double x = 0;
    double y = 0;
    for (int i = 0; i < figure.tokens().size(); i++) {
      String text = pen.fitted(figure.tokens().get(i), width - 2 * padding);
      double boxWidth = pen.width(text) + 2 * padding;
      if (x > 0 && x + boxWidth > width) {
        x = 0;
        y += line;
      }
      int fill = scale.colour(figure.values()[i]);
      Box box = new Box(x, y, boxWidth, boxHeight);
      pen.rect(box, fill);
      Pick token = new Pick.Token(figure.id(), i, figure.tokens().get(i), figure.values()[i]);
      pen.pick(new PickRegion.Spot(box, token));
      pen.label(text, x + padding, y + boxHeight / 2, Anchor.START, readableOn(fill));
      x += boxWidth + gap;
    }
    if (shared != null) {
      return pen.block(width, y + boxHeight);
    }
    double bottom = y + boxHeight + 1.2 * em;
    Block bar = new ColourBar(style, scale).lying(width);
    pen.add(bar, 0, bottom);
    return pen.block(width, bottom + bar.height());
  }

  /** Smallest and largest finite value, as {low, high}; {0, 0} if there is none. */
  static double[] extent(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low > high ? new double[] {0, 0} : new double[] {low, high};
  }

  /** Black or white, whichever has the larger WCAG 2 contrast with the background. */
  static int readableOn(int background) {
    double luminance =
        0.2126 * linear(background >> 16 & 0xff)
            + 0.7152 * linear(background >> 8 & 0xff)
            + 0.0722 * linear(background & 0xff);
    double onBlack = (luminance + 0.05) / 0.05;
    double onWhite = 1.05 / (luminance + 0.05);
    return onBlack >= onWhite ? 0xff000000 : 0xffffffff;
  }

  private static double linear(int channel) {
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }
}
