package circuitscope.heads.sinks;

import java.util.Arrays;

/**
 * How a quantity is spread over samples, positions and heads.
 *
 * @param mean over all of them
 * @param low 5 % quantile; quantiles are over at most 16 positions a sample
 * @param high 95 % quantile
 */
public record Spread(double mean, double low, double median, double high) {

  /** Gathers values: every one for the mean, some for the quantiles. */
  static final class Tally {
    private float[] kept = new float[256];
    private int size;
    private double sum;
    private long count;

    void add(double value, boolean keep) {
      sum += value;
      count++;
      if (keep) {
        if (size == kept.length) {
          kept = Arrays.copyOf(kept, 2 * size);
        }
        kept[size++] = (float) value;
      }
    }

    Spread spread() {
      float[] sorted = Arrays.copyOf(kept, size);
      Arrays.sort(sorted);
      return new Spread(
          sum / count, quantile(sorted, 0.05), quantile(sorted, 0.5), quantile(sorted, 0.95));
    }

    private static double quantile(float[] sorted, double share) {
      return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1) + 0.5)];
    }
  }
}
