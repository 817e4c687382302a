package circuitscope.probes.statistics;

import java.util.Arrays;

/** Whether two scores order the same things alike. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Spearman's ρ: the correlation of ranks, those of equal values averaged.
   *
   * @return NaN where one side has a single value, which orders nothing
   * @throws IllegalArgumentException when the two are not equally long
   */
  public static double spearman(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "rank correlation of %d values with %d".formatted(x.length, y.length));
    }
    return pearson(ranks(x), ranks(y));
  }

  /** Pearson's r; NaN where one side has a single value. */
  public static double pearson(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(Double.NaN);
    double meanB = Arrays.stream(b).average().orElse(Double.NaN);
    double covariance = 0;
    double varianceA = 0;
    double varianceB = 0;
    for (int i = 0; i < a.length; i++) {
      covariance += (a[i] - meanA) * (b[i] - meanB);
      varianceA += (a[i] - meanA) * (a[i] - meanA);
      varianceB += (b[i] - meanB) * (b[i] - meanB);
    }
    return covariance / Math.sqrt(varianceA * varianceB);
  }

  /** Ranks from 1; equal values share the mean of theirs, and NaN has none (NaN). */
  public static double[] ranks(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int below = before(sorted, values[i], false);
      int upTo = before(sorted, values[i], true);
      ranks[i] = Double.isNaN(values[i]) ? Double.NaN : (below + 1 + upTo) / 2.0;
    }
    return ranks;
  }

  /** How many of {@code sorted} are less than {@code value}, or {@code equal} to it. */
  private static int before(double[] sorted, double value, boolean equal) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < value || (equal && sorted[middle] == value)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
