package circuitscope.viz.layout;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.palette.ColourScale;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Places a text on one line, level where it fits and upwards where not, with half ellipses over it
 * and the colour bar below.
 */
final class ArcsLayout {
  private static final int SEGMENTS = 32;
  private static final double WIDEST = 2.2;

  /** Height of the widest arc, as a share of its span. */
  private static final double FLATNESS = 0.42;

  private static final double HIGHEST = 24;

  private final Arcs figure;
  private final Pen pen;
  private final double em;
  private final double[] middles;

  private ArcsLayout(Arcs figure, FigureStyle style) {
    this.figure = figure;
    this.pen = new Pen(style);
    this.em = pen.em();
    this.middles = new double[figure.tokens().size()];
  }

  /**
   * Places the figure.
   *
   * @param shared the colours of a whole sheet, whose bar stands elsewhere; null for its own
   */
  static Block place(Arcs figure, FigureStyle style, double width, @Nullable ColourScale shared) {
    return new ArcsLayout(figure, style).block(style, width, shared);
  }

  /** Smallest and largest weight, as {low, high}. */
  static double[] extent(Arcs figure) {
    double low = figure.arcs().stream().mapToDouble(Arcs.Arc::weight).min().orElse(0);
    return new double[] {low, figure.arcs().stream().mapToDouble(Arcs.Arc::weight).max().orElse(0)};
  }

  private Block block(FigureStyle style, double width, @Nullable ColourScale shared) {
    double[] extent = extent(figure);
    ColourScale scale =
        shared == null
            ? ColourScale.of(figure.colours(), style.theme(), extent[0], extent[1])
            : shared;
    boolean level = placeLevel(width);
    if (!level) {
      placeSlots(width);
    }
    double height = drawArcs(scale);
    double bottom = level ? drawLevel(height) : drawTurned(height, width);
    if (shared != null) {
      return pen.block(width, bottom);
    }
    Block bar = new ColourBar(style, scale).lying(width);
    pen.add(bar, 0, bottom + 0.9 * em);
    return pen.block(width, bottom + 0.9 * em + bar.height());
  }

  /** As running text with room between tokens, if the line holds it. */
  private boolean placeLevel(double width) {
    double words = 0;
    for (String token : figure.tokens()) {
      words += pen.width(token);
    }
    double gap = Math.min((width - words) / figure.tokens().size(), 3 * em);
    double x = gap / 2;
    for (int i = 0; i < middles.length; i++) {
      double length = pen.width(figure.tokens().get(i));
      middles[i] = x + length / 2;
      x += length + gap;
    }
    return gap >= 0.6 * em;
  }

  private void placeSlots(double width) {
    double slot = Math.min(width / middles.length, 3 * em);
    for (int i = 0; i < middles.length; i++) {
      middles[i] = (i + 0.5) * slot;
    }
  }

  /** Draws the arcs with their feet on the line that is returned. */
  private double drawArcs(ColourScale scale) {
    double span = 0;
    double strongest = 0;
    for (Arcs.Arc arc : figure.arcs()) {
      span = Math.max(span, Math.abs(middles[arc.from()] - middles[arc.to()]));
      strongest = Math.max(strongest, Math.abs(arc.weight()));
    }
    double highest = Math.clamp(span * FLATNESS, 2.5 * em, HIGHEST * em);
    double feet = highest + WIDEST;
    for (Arcs.Arc arc :
        figure.arcs().stream()
            .sorted(Comparator.comparingDouble(one -> Math.abs(one.weight())))
            .toList()) {
      double share = strongest > 0 ? Math.abs(arc.weight()) / strongest : 1;
      Stroke stroke = Stroke.solid(scale.colour(arc.weight()), 0.3 + (WIDEST - 0.3) * share);
      draw(arc, feet, highest, span, stroke);
    }
    return feet;
  }

  /** A half ellipse; over one token a small loop. */
  private void draw(Arcs.Arc arc, double feet, double highest, double span, Stroke stroke) {
    double from = middles[arc.from()];
    double to = middles[arc.to()];
    boolean loop = arc.from() == arc.to();
    double half = loop ? 0.35 * em : (to - from) / 2;
    double centre = (from + to) / 2;
    double height = loop ? 1.1 * em : highest * Math.pow(Math.abs(to - from) / span, 0.75);
    double[] x = new double[SEGMENTS + 1];
    double[] y = new double[SEGMENTS + 1];
    for (int i = 0; i <= SEGMENTS; i++) {
      double angle = Math.PI * i / SEGMENTS;
      x[i] = Math.max(0, centre - half * Math.cos(angle));
      y[i] = feet - height * Math.sin(angle);
    }
    pen.add(new Mark.Polyline(x, y, stroke));
    String fromToken = figure.tokens().get(arc.from());
    String toToken = figure.tokens().get(arc.to());
    pen.pick(
        new PickRegion.Trail(
            x,
            y,
            new Pick.Arc(figure.id(), arc.from(), arc.to(), fromToken, toToken, arc.weight())));
  }

  private double drawLevel(double feet) {
    for (int i = 0; i < middles.length; i++) {
      String token = figure.tokens().get(i);
      double length = pen.width(token);
      pen.label(token, middles[i], feet + 0.9 * em, Mark.Text.Anchor.MIDDLE);
      pick(i, new Box(middles[i] - length / 2, feet + 0.3 * em, length, 1.2 * em));
    }
    return feet + 1.6 * em;
  }

  /** Every token upwards under its arcs, or every second, fifth, … with its index. */
  private double drawTurned(double feet, double width) {
    double slot = middles.length == 1 ? width : middles[1] - middles[0];
    Box line = new Box(0, feet, slot * middles.length, 0);
    CellLabels labels =
        new CellLabels(new CellAxis("", figure.tokens()), middles.length, pen.style());
    double height = labels.columnHeight(slot, width * 0.3);
    pen.add(labels.underColumns(line, height), 0, 0);
    for (int i = 0; i < middles.length; i++) {
      pick(i, new Box(middles[i] - slot / 2, feet + 2, slot, height));
    }
    return feet + 3 + height;
  }

  private void pick(int token, Box box) {
    double received =
        figure.arcs().stream().filter(arc -> arc.to() == token).mapToDouble(Arcs.Arc::weight).sum();
    String label = figure.tokens().get(token);
    pen.pick(new PickRegion.Spot(box, new Pick.Token(figure.id(), token, label, (float) received)));
  }
}
