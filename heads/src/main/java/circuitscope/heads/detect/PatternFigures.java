package circuitscope.heads.detect;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A head's pattern as a map and, of a short text, as arcs over it. */
final class PatternFigures {
  /** Arcs over more tokens than these cannot be told apart. */
  private static final int LONGEST_WITH_ARCS = 128;

  /** Attention below this has no arc. */
  private static final float LEAST = 0.02f;

  private PatternFigures() {}

  static List<Figure> of(HeadPattern pattern) {
    List<Figure> figures = new ArrayList<>();
    figures.add(map(pattern));
    if (pattern.tokens().size() <= LONGEST_WITH_ARCS) {
      figures.add(arcs(pattern));
    }
    return figures;
  }

  private static Heatmap map(HeadPattern pattern) {
    int size = pattern.tokens().size();
    List<String> labels = labels(pattern);
    String words =
        pattern.against() == null
            ? "Each row is a token that looks back; the darker a cell, the more it attends there."
            : "Each row is a token that looks back; blue cells draw more of it here, red ones more"
                + " with %s.".formatted(pattern.against());
    return new Heatmap(
        heading(pattern, "", words),
        new Matrix(size, size, pattern.weights()),
        new CellAxis("query", labels),
        new CellAxis("key", labels),
        colours(pattern),
        CellMask.ABOVE_DIAGONAL);
  }

  private static Arcs arcs(HeadPattern pattern) {
    List<Arcs.Arc> arcs = new ArrayList<>();
    for (int query = 0; query < pattern.tokens().size(); query++) {
      for (int key = 0; key <= query; key++) {
        if (Math.abs(pattern.at(query, key)) >= LEAST) {
          arcs.add(new Arcs.Arc(query, key, pattern.at(query, key)));
        }
      }
    }
    String words =
        "Each arc leads from a token to one that it attends to; attention below %s has none."
            .formatted(LEAST);
    return new Arcs(heading(pattern, "-arcs", words), labels(pattern), arcs, colours(pattern));
  }

  /** Averaged rows share positions and no tokens. */
  private static List<String> labels(HeadPattern pattern) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < pattern.tokens().size(); i++) {
      labels.add(pattern.rows() > 1 ? Integer.toString(i) : pattern.tokens().get(i));
    }
    return labels;
  }

  private static Colours colours(HeadPattern pattern) {
    return pattern.against() == null
        ? Colours.probability("attention probability")
        : Colours.signed("difference of attention");
  }

  private static Heading heading(HeadPattern pattern, String suffix, String words) {
    String less = pattern.against() == null ? "" : " less that of " + pattern.against();
    String rows = pattern.rows() == 1 ? "" : " Averaged over %d rows.".formatted(pattern.rows());
    String sink =
        String.format(
            Locale.ROOT,
            pattern.withoutSink()
                ? " The first token is left out; what is left, brought to 1, was %.1f %%."
                : " Beyond the first token lies %.1f %% of the attention.",
            100 * pattern.surviving());
    return new Heading(
        "pattern-" + pattern.head().toLowerCase(Locale.ROOT) + suffix,
        "Attention of " + pattern.head() + less,
        words + rows + sink);
  }
}
