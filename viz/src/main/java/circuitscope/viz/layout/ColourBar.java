package circuitscope.viz.layout;

import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.ColourTable;
import java.util.List;

/**
 * The colour bar of a scale, standing or lying. An end beyond which values share one colour is
 * pointed; the tick at the floor of a log scale reads "≤".
 */
final class ColourBar {
  private static final int MOST_TICKS = 7;

  private final FigureStyle style;
  private final ColourScale scale;
  private final double thickness;

  ColourBar(FigureStyle style, ColourScale scale) {
    this.style = style;
    this.scale = scale;
    this.thickness = style.fontPoints();
  }

  /** A standing bar with its label on the right, or nothing if the label is longer than it. */
  boolean fitsStanding(double height) {
    Pen pen = new Pen(style);
    return height >= 6 * pen.em() && pen.width(scale.colours().label()) <= height;
  }

  Block standing(double height) {
    Pen pen = new Pen(style);
    double em = pen.em();
    double point = thickness * 0.6;
    double top = scale.hasValuesAbove() ? point : 0;
    double bottom = height - (scale.hasValuesBelow() ? point : 0);
    int[] colours = scale.entries();
    pen.add(new Mark.Image(0, top, thickness, bottom - top, ramp(false)));
    double[] across = {0, thickness / 2, thickness};
    if (scale.hasValuesAbove()) {
      triangle(pen, across, new double[] {top, 0, top}, colours[ColourTable.SIZE - 1]);
    }
    if (scale.hasValuesBelow()) {
      triangle(pen, across, new double[] {bottom, height, bottom}, colours[0]);
    }
    outline(
        pen,
        new double[] {0, thickness / 2, thickness, thickness, thickness / 2, 0},
        new double[] {top, 0, top, bottom, height, bottom});
    double widest = 0;
    List<Ticks.Tick> ticks =
        Ticks.separated(
            ticks((int) (height / (1.8 * em))),
            tick -> scale.fraction(tick.value()) * (bottom - top),
            tick -> 1.1 * em);
    for (Ticks.Tick tick : ticks) {
      double y = bottom - scale.fraction(tick.value()) * (bottom - top);
      pen.line(thickness, y, thickness + 2, y, Stroke.solid(pen.theme().faintInk(), 0.5));
      String label = label(tick);
      pen.label(label, thickness + 3.5, y, Anchor.START);
      widest = Math.max(widest, pen.width(label));
    }
    double width = thickness + 3.5 + widest;
    if (!scale.colours().label().isEmpty()) {
      double middle = width + 0.9 * em;
      pen.upwards(scale.colours().label(), middle, height / 2, Anchor.MIDDLE, pen.theme().ink());
      width += 1.5 * em;
    }
    return pen.block(width, height);
  }

  /** A lying bar with its label before it, or above it where there is no room. */
  Block lying(double width) {
    Pen pen = new Pen(style);
    double em = pen.em();
    String text = scale.colours().label();
    double labelWidth = text.isEmpty() ? 0 : pen.width(text) + em;
    double margin = 0; // half a tick's label stands out at each end
    for (Ticks.Tick tick : ticks(MOST_TICKS)) {
      margin = Math.max(margin, pen.width(label(tick)) / 2);
    }
    double length = Math.min(width - 2 * margin, 22 * em);
    double x = margin;
    double y = 0;
    if (labelWidth + length + 2 * margin <= width) {
      x = labelWidth + margin;
      pen.label(text, 0, thickness / 2, Anchor.START);
    } else {
      for (String line : Pen.wrapped(text, Typeface.REGULAR, em, width)) {
        pen.label(line, 0, y + Pen.LEADING * em / 2, Anchor.START);
        y += Pen.LEADING * em;
      }
    }
    double point = thickness * 0.6;
    double left = x + (scale.hasValuesBelow() ? point : 0);
    double right = x + length - (scale.hasValuesAbove() ? point : 0);
    int[] colours = scale.entries();
    pen.add(new Mark.Image(left, y, right - left, thickness, ramp(true)));
    double[] across = {y, y + thickness / 2, y + thickness};
    if (scale.hasValuesAbove()) {
      triangle(pen, new double[] {right, x + length, right}, across, colours[ColourTable.SIZE - 1]);
    }
    if (scale.hasValuesBelow()) {
      triangle(pen, new double[] {left, x, left}, across, colours[0]);
    }
    outline(
        pen,
        new double[] {left, x, left, right, x + length, right},
        new double[] {across[0], across[1], across[2], across[2], across[1], across[0]});
    List<Ticks.Tick> ticks =
        Ticks.separated(
            ticks((int) (length / (3 * em))),
            tick -> scale.fraction(tick.value()) * (right - left),
            tick -> pen.width(label(tick)) + em);
    for (Ticks.Tick tick : ticks) {
      double at = left + scale.fraction(tick.value()) * (right - left);
      double bottom = y + thickness;
      pen.line(at, bottom, at, bottom + 2, Stroke.solid(pen.theme().faintInk(), 0.5));
      pen.label(label(tick), at, bottom + 3 + 0.5 * em, Anchor.MIDDLE);
    }
    return pen.block(width, y + thickness + 3 + Pen.LEADING * em);
  }

  private List<Ticks.Tick> ticks(int most) {
    return Ticks.of(
        scale.colours().scaling(), scale.low(), scale.high(), Math.clamp(most, 2, MOST_TICKS));
  }

  private String label(Ticks.Tick tick) {
    Scaling scaling = scale.colours().scaling();
    boolean floor =
        scaling.kind() == Scaling.Kind.LOG && tick.value() <= scaling.threshold() * (1 + 1e-9);
    return floor ? "≤ " + tick.label() : tick.label();
  }

  private static void triangle(Pen pen, double[] x, double[] y, int colour) {
    pen.add(new Mark.Polygon(x, y, colour, null));
  }

  /** Ends without values beyond them are flat: their middle corner lies between the others. */
  private static void outline(Pen pen, double[] x, double[] y) {
    pen.add(new Mark.Polygon(x, y, 0, Stroke.solid(pen.theme().faintInk(), 0.4)));
  }

  /** Every colour once, lowest on the left or at the bottom. */
  private Raster ramp(boolean lying) {
    byte[] entries = new byte[ColourTable.SIZE];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = (byte) (lying ? i : ColourTable.SIZE - 1 - i);
    }
    return new Raster(
        lying ? 1 : entries.length,
        lying ? entries.length : 1,
        entries,
        scale.entries(),
        scale.restEntry());
  }
}
