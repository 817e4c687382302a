package circuitscope.probes.seed.report;

import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Points as they are measured, with intervals of one seed. */
public final class Points {
  private final long seed;
  private final List<Point> list = new ArrayList<>();

  public Points(long seed) {
    this.seed = seed;
  }

  /**
   * A statistic of sums over sequences.
   *
   * @param sums {@code [sequence][sum]}
   * @param counted the sum that counts what is behind it
   */
  public Points add(
      String series,
      double at,
      double[][] sums,
      ToDoubleFunction<double[]> statistic,
      @Nullable Double chance,
      int counted) {
    Estimate estimate = Estimate.of(sums, seed, s -> statistic.applyAsDouble(s.values()));
    list.add(Point.of(series, at, estimate, chance, Math.round(total(sums, counted))));
    return this;
  }

  /** One sum over another, which counts. */
  public Points ratio(
      String series, double at, double[][] sums, int of, int by, @Nullable Double chance) {
    return add(series, at, sums, s -> s[of] / s[by], chance, by);
  }

  /** The mean over examples. */
  public Points mean(String series, double at, double[] values, @Nullable Double chance) {
    list.add(Point.of(series, at, Estimate.mean(values, seed), chance, values.length));
    return this;
  }

  public static double total(double[][] sums, int column) {
    return Arrays.stream(sums).mapToDouble(one -> one[column]).sum();
  }

  public List<Point> list() {
    return List.copyOf(list);
  }

  /** Those whose series begins so. */
  public List<Point> of(String series) {
    return list.stream().filter(point -> point.series().startsWith(series)).toList();
  }
}
