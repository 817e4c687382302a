package circuitscope.probes.circuits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much of what the model does a circuit does: f(C) = (m(C) − m(∅)) / (m(N) − m(∅)), m the mean
 * metric, N the whole model, ∅ no edge at all (the corrupted run). 1 is the model, 0 the corrupted
 * one; edges that work against the answer let f rise above 1.
 *
 * <p>Over a path of circuits by their share of all edges, CPR is the area under f and CMD that of
 * |1 − f| (Mueller et al. 2025, MIB): the trapezoid rule over the linear share, from the smallest
 * size to all edges.
 *
 * @param whole m(N) of each pair
 * @param empty m(∅) of each pair
 */
@SuppressWarnings("ArrayRecordComponent") // computed with, never compared
public record Faithfulness(double[] whole, double[] empty) {
  /** The shares of all edges at which MIB takes f. */
  public static final List<Double> SIZES =
      List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0);

  /** f of a circuit whose metric on each pair is that. */
  public double of(double[] metric) {
    return (mean(metric) - mean(empty)) / (mean(whole) - mean(empty));
  }

  /**
   * f by pairs drawn: numerator and denominator of each pair, for a bootstrap.
   *
   * @return {@code [pair][m(C) − m(∅), m(N) − m(∅)]}
   */
  public double[][] parts(double[] metric) {
    double[][] parts = new double[metric.length][];
    for (int pair = 0; pair < metric.length; pair++) {
      parts[pair] = new double[] {metric[pair] - empty[pair], whole[pair] - empty[pair]};
    }
    return parts;
  }

  public double meanWhole() {
    return mean(whole);
  }

  public double meanEmpty() {
    return mean(empty);
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Number of edges of a share, at least 1. */
  static int count(double share, int edges) {
    return Math.clamp(Math.round(share * edges), 1, edges);
  }

  /** CPR: the area under f. */
  public static double area(List<Double> shares, List<Double> f) {
    double area = 0;
    for (int i = 1; i < shares.size(); i++) {
      area += (shares.get(i) - shares.get(i - 1)) * (f.get(i) + f.get(i - 1)) / 2;
    }
    return area;
  }

  /** CMD: the area between f and 1. */
  public static double distance(List<Double> shares, List<Double> f) {
    List<Double> distances = new ArrayList<>();
    f.forEach(value -> distances.add(Math.abs(1 - value)));
    return area(shares, distances);
  }
}
