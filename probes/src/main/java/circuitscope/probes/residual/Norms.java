package circuitscope.probes.residual;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Lengths and large dimensions of the stream.
 *
 * @param tokens labels of the tokens read
 * @param states what enters the first layer, then each layer's output
 */
public record Norms(List<String> tokens, List<State> states, TokensRead input) implements Result {

  /**
   * One state.
   *
   * @param norms {@code [position]} Euclidean lengths
   * @param medianSize median |value| over positions and dimensions
   * @param massive values beyond 100 and beyond 1,000 medians
   * @param largest dimensions by their share, largest first
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record State(double[] norms, double medianSize, long massive, List<Dimension> largest) {}

  /**
   * A dimension of a state.
   *
   * @param share of the squared length, mean over positions
   * @param largestValue its value of the largest size, with its sign
   * @param position where that is
   * @param timesMedian its size over the state's median
   */
  public record Dimension(
      int dimension, double share, double largestValue, int position, double timesMedian) {}

  @Override
  public String summary() {
    StringBuilder text =
        new StringBuilder("state       median norm  first norm  massive  largest dimension\n");
    for (int i = 0; i < states.size(); i++) {
      State state = states.get(i);
      Dimension largest = state.largest().getFirst();
      text.append(
          String.format(
              Locale.ROOT,
              "%-10s %12.2f %11.2f %8d  %d: %.1f %% of the squared length, %.1f at '%s' (%.0f ×"
                  + " median)%n",
              name(i),
              median(state.norms()),
              state.norms()[0],
              state.massive(),
              largest.dimension(),
              100 * largest.share(),
              largest.largestValue(),
              tokens.get(largest.position()),
              largest.timesMedian()));
    }
    return text.toString();
  }

  private static String name(int state) {
    return state == 0 ? "embedding" : "layer " + (state - 1);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "massive",
        "|value| beyond %.0f and beyond %.0f medians of the state (Sun et al. 2024)"
            .formatted(NormsAnalysis.MASSIVE, NormsAnalysis.MASSIVE_RATIO));
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    float[] norms = new float[states.size() * tokens.size()];
    double floor = Double.MAX_VALUE;
    for (int i = 0; i < norms.length; i++) {
      norms[i] = (float) states.get(i / tokens.size()).norms()[i % tokens.size()];
      floor = norms[i] > 0 ? Math.min(floor, norms[i]) : floor;
    }
    List<String> names = IntStream.range(0, states.size()).mapToObj(Norms::name).toList();
    double[] x = IntStream.range(0, states.size()).asDoubleStream().toArray();
    double[] first = states.stream().mapToDouble(s -> s.largest().getFirst().share()).toArray();
    double[] named =
        states.stream()
            .mapToDouble(s -> s.largest().stream().mapToDouble(Dimension::share).sum())
            .toArray();
    int top = states.getFirst().largest().size();
    return List.of(
        new Heatmap(
            new Heading(
                "norms",
                "Length of the residual stream",
                "Euclidean length after each layer at each token, logarithmic colours."),
            new Matrix(states.size(), tokens.size(), norms),
            new CellAxis("read after", names),
            new CellAxis("token", tokens),
            Colours.sequential("length").withScaling(Scaling.log(floor)),
            CellMask.NONE),
        new Curves(
            new Heading(
                "norms-large-dimensions",
                "Share of the squared length in the largest dimensions",
                "Mean over tokens; with all dimensions alike each would hold 1 / dModel."),
            PlotAxis.linear("layers"),
            PlotAxis.linear("share").withRange(0, 1),
            List.of(
                new Curves.Series("largest", x, first),
                new Curves.Series("largest " + top, x, named))));
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      for (Dimension one : states.get(i).largest()) {
        rows.add(
            List.of(
                name(i),
                one.dimension(),
                one.share(),
                one.largestValue(),
                one.position(),
                one.timesMedian()));
      }
    }
    List<String> columns =
        List.of("state", "dimension", "share", "largest_value", "position", "times_median");
    return List.of(new DataTable("norms-dimensions", columns, rows));
  }
}
