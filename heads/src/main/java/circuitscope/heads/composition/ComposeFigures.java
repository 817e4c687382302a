package circuitscope.heads.composition;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A map of each mode, the strongest pairs, and the circuit of previous-token and induction. */
final class ComposeFigures {
  private static final int BARS = 30;
  private static final int ROWS = 8; // of a mode

  private ComposeFigures() {}

  static List<Figure> of(ComposeResult result) {
    List<Figure> figures = new ArrayList<>();
    for (CompositionMode mode : result.composition().modes()) {
      figures.add(map(result, mode));
    }
    figures.add(strongest(result));
    ComposeGraph.of(result).ifPresent(figures::add);
    if (!result.previousToInduction().isEmpty()) {
      figures.add(circuit(result));
    }
    return figures;
  }

  /** Earlier heads that can compose by later heads that can: without last and first layer. */
  private static Figure map(ComposeResult result, CompositionMode mode) {
    int heads = result.headsOfLayer();
    int shown = Math.max(1, (result.layers() - 1) * heads);
    double[][] scores = result.composition().scores(mode);
    float[] cells = new float[shown * shown];
    for (int from = 0; from < shown; from++) {
      for (int to = 0; to < shown; to++) {
        int later = Math.min(scores.length - 1, to + heads);
        cells[from * shown + to] = (float) (scores[from][later] - result.expected());
      }
    }
    return new Heatmap(
        new Heading(
            "composition-" + mode.word(),
            mode.title() + " above chance",
            "Score of each later head (column): how much %s what each earlier head (row) writes,"
                    .formatted(mode.reading())
                + String.format(
                    Locale.ROOT,
                    " minus %.4f, which random rotation gives. Grey: no such pair.",
                    result.expected())),
        new Matrix(shown, shown, cells),
        new CellAxis("earlier head", names(0, shown, heads)),
        new CellAxis("later head", names(heads, shown, heads)),
        Colours.signed("score above chance"),
        CellMask.NONE);
  }

  private static List<String> names(int from, int count, int heads) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "L%dH%d".formatted(i / heads, i % heads))
        .toList();
  }

  private static Figure strongest(ComposeResult result) {
    List<List<String>> rows = new ArrayList<>();
    result
        .strongest()
        .forEach(
            (mode, edges) ->
                edges.stream()
                    .limit(ROWS)
                    .forEach(
                        edge ->
                            rows.add(
                                List.of(
                                    mode.word(),
                                    edge.earlier().toString(),
                                    edge.later().toString(),
                                    number("%.4f", edge.score()),
                                    number("%.4f", edge.excess()),
                                    number("%.1f", edge.z())))));
    return new Table(
        new Heading(
            "composition-strongest",
            "Strongest composition",
            "The pairs with the highest score of each mode; z counts standard deviations of the"
                + " squared score under random rotation."),
        List.of(
            Table.Column.text("mode"),
            Table.Column.text("earlier"),
            Table.Column.text("later"),
            Table.Column.number("score"),
            Table.Column.number("above chance"),
            Table.Column.number("z")),
        rows);
  }

  private static Figure circuit(ComposeResult result) {
    List<ComposeResult.Ranked> shown = result.previousToInduction().stream().limit(BARS).toList();
    List<String> names =
        shown.stream().map(r -> r.edge().earlier() + " → " + r.edge().later()).toList();
    double[] scores = shown.stream().mapToDouble(r -> r.edge().score()).toArray();
    double[] low = shown.stream().mapToDouble(r -> r.edge().chanceLow()).toArray();
    double[] high = shown.stream().mapToDouble(r -> r.edge().chanceHigh()).toArray();
    double[] expected = shown.stream().mapToDouble(r -> result.expected()).toArray();
    return new Bars(
        new Heading(
            "composition-induction",
            "K-composition of previous-token with induction heads",
            "How much the keys of induction heads read what previous-token heads write, beside"
                + " random rotation."),
        "pair",
        PlotAxis.linear("K-composition"),
        names,
        List.of(
            new Bars.Group("score", scores),
            new Bars.Group(
                "random rotation", expected, new Interval(low, high, "95 % of random rotations"))),
        Bars.Direction.LYING,
        List.of());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Row-major, with {@code nan} where there is no value. */
  static float[] flat(double[][] rows, float nan) {
    float[] flat = new float[rows.length * rows.length];
    for (int i = 0; i < flat.length; i++) {
      double value = rows[i / rows.length][i % rows.length];
      flat[i] = Double.isNaN(value) ? nan : (float) value;
    }
    return flat;
  }
}
