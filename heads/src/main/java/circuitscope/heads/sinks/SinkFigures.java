package circuitscope.heads.sinks;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The figures of sink rates. */
final class SinkFigures {
  static final String BOOTSTRAP = "95 % bootstrap interval over samples";

  /** Heads of which the attention beyond the sink is drawn; the table has them all. */
  private static final int SHOWN = 16;

  private SinkFigures() {}

  static List<Figure> of(SinkRate result) {
    List<Figure> figures = new ArrayList<>();
    figures.add(rates(result));
    figures.add(layers(result));
    figures.add(positions(result));
    for (int i = 0; i < result.profiles().size(); i++) {
      SinkProfile profile = result.profiles().get(i);
      String suffix = i == 0 ? "" : "-" + profile.tokens();
      figures.add(plane(profile, suffix));
      figures.add(surface(profile, suffix));
      figures.add(beyond(profile, suffix));
    }
    return figures;
  }

  private static Figure rates(SinkRate result) {
    List<Bars.Group> groups =
        result.profiles().stream()
            .map(
                profile ->
                    new Bars.Group(
                        profile.tokens() + " tokens",
                        profile.positions().stream()
                            .mapToDouble(position -> position.rate().value())
                            .toArray(),
                        interval(
                            profile.positions().stream().map(SinkProfile.Position::rate).toList())))
            .toList();
    return new Bars(
        new Heading(
            "sink-rate",
            "Sink rate by position, ε = " + number(result.epsilon()),
            "Share of heads (over samples) for which a position draws more than ε of the"
                + " attention, at %d tokens; uniform attention gives position 0 %.3f."
                    .formatted(result.length(), result.uniformAlpha()[0])),
        "key position",
        PlotAxis.linear("sink rate").withRange(0, 1),
        names(result.rate().length),
        groups);
  }

  private static Figure layers(SinkRate result) {
    List<Bars.Group> groups =
        result.profiles().stream()
            .map(
                profile ->
                    new Bars.Group(
                        profile.tokens() + " tokens",
                        profile.layers().stream()
                            .mapToDouble(layer -> layer.rate().value())
                            .toArray(),
                        interval(profile.layers().stream().map(SinkProfile.Layer::rate).toList())))
            .toList();
    return new Bars(
        new Heading(
            "sink-layers",
            "Sink rate of position 0 by layer, ε = " + number(result.epsilon()),
            "Share of a layer's heads (over samples) for which the first position is a sink."),
        "layer",
        PlotAxis.linear("sink rate").withRange(0, 1),
        names(result.alpha0().length),
        groups);
  }

  private static Figure positions(SinkRate result) {
    int length = result.length();
    // The last quarter is over few queries and mostly attention to oneself.
    double[] x = IntStream.range(0, length - length / 4).asDoubleStream().toArray();
    List<Curves.Series> series = new ArrayList<>();
    for (SinkProfile profile : result.profiles()) {
      double[] y = Arrays.copyOf(profile.alphaByPosition(), x.length);
      series.add(new Curves.Series(profile.tokens() + " tokens", x, y));
    }
    double[] floor = result.profiles().getFirst().uniformByPosition();
    series.add(new Curves.Series("uniform attention", x, Arrays.copyOf(floor, x.length)));
    return new Curves(
        new Heading(
            "sink-profile",
            "Attention drawn by position",
            "α of each key position, mean over heads and samples at %d tokens, beside what uniform"
                    .formatted(length)
                + " attention gives it. The last quarter, over few queries, is left to the table."),
        PlotAxis.linear("key position"),
        PlotAxis.log("mean attention α", 1e-4),
        series);
  }

  private static Figure plane(SinkProfile profile, String suffix) {
    int layers = profile.layers().size();
    int heads = profile.heads().size() / layers;
    float[] values = new float[layers * heads];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) profile.heads().get(i).alpha0().value();
    }
    return new Heatmap(
        new Heading(
            "sink-alpha" + suffix,
            "Attention on the first token, " + profile.tokens() + " tokens",
            "Mean attention that the first position draws, by head; uniform attention would give"
                + String.format(Locale.ROOT, " %.3f.", profile.uniformByPosition()[0])),
        new Matrix(layers, heads, values),
        new CellAxis("layer", names(layers)),
        new CellAxis("head", names(heads)),
        Colours.probability("mean attention α"),
        CellMask.NONE);
  }

  private static Figure surface(SinkProfile profile, String suffix) {
    SinkProfile.Surface surface = profile.surface();
    int rows = surface.lengths().length;
    int columns = surface.epsilons().length;
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) surface.rate()[0][i / columns][i % columns];
    }
    List<String> lengths = new ArrayList<>();
    for (int j = 0; j < rows; j++) {
      lengths.add(
          String.format(Locale.ROOT, "%d (%.3f)", surface.lengths()[j], surface.uniformAlpha()[j]));
    }
    return new Heatmap(
        new Heading(
            "sink-surface" + suffix,
            "Sink rate over thresholds and lengths, " + profile.tokens() + " tokens",
            "Share of heads (over samples) for which position 0 draws more than ε; beside each"
                + " length, α of uniform attention there."),
        new Matrix(rows, columns, values),
        new CellAxis("tokens (uniform α)", lengths),
        new CellAxis(
            "threshold ε",
            Arrays.stream(surface.epsilons()).mapToObj(SinkFigures::number).toList()),
        Colours.probability("sink rate"),
        CellMask.NONE);
  }

  private static Figure beyond(SinkProfile profile, String suffix) {
    List<SinkProfile.Rest> shown =
        profile.beyond().heads().stream()
            .sorted(Comparator.comparingDouble(SinkProfile.Rest::surviving))
            .limit(SHOWN)
            .toList();
    int columns = profile.beyond().distances().size();
    float[] values = new float[(shown.size() + 1) * columns];
    List<String> rows = new ArrayList<>();
    for (int row = 0; row <= shown.size(); row++) {
      SinkProfile.Rest rest = row < shown.size() ? shown.get(row) : profile.beyond().uniform();
      String name = rest.head() == null ? "uniform" : rest.head().toString();
      rows.add(String.format(Locale.ROOT, "%s, %.1f %% left", name, 100 * rest.surviving()));
      for (int bin = 0; bin < columns; bin++) {
        values[row * columns + bin] = (float) rest.byDistance()[bin];
      }
    }
    return new Heatmap(
        new Heading(
            "beyond-sink" + suffix,
            "Attention beyond the sink, " + profile.tokens() + " tokens",
            "What is left of a head's attention without position 0, scaled to one, by distance from"
                + " query to key; the strongest sinks first, each with the share that is left."),
        new Matrix(shown.size() + 1, columns, values),
        new CellAxis("", rows),
        new CellAxis("distance (tokens)", profile.beyond().distances()),
        Colours.sequential("share of what is left"),
        CellMask.NONE);
  }

  static Interval interval(List<Estimate> estimates) {
    return new Interval(
        estimates.stream().mapToDouble(Estimate::low).toArray(),
        estimates.stream().mapToDouble(Estimate::high).toArray(),
        BOOTSTRAP);
  }

  static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
