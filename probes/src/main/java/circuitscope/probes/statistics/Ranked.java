package circuitscope.probes.statistics;

import java.util.Arrays;

/** The value at a rank near one end, which is found sooner than all are sorted. */
public final class Ranked {
  private Ranked() {}

  /**
   * The value at a rank from the lowest, which is 1.
   *
   * @throws ArrayIndexOutOfBoundsException for a rank that {@code values} does not have
   */
  public static double fromLowest(double[] values, int rank) {
    return at(values, rank, 1);
  }

  /** The same from the highest. NaN is higher than all else, as in sorting. */
  public static double fromHighest(double[] values, int rank) {
    return at(values, rank, -1);
  }

  /**
   * The same as {@link #fromLowest(double[], int)}, sooner where {@code rank} to twice as many
   * values are at or below {@code guess}.
   */
  static double fromLowest(double[] values, int rank, double guess) {
    double[] low = new double[2 * rank];
    int count = 0;
    for (double value : values) {
      if (value <= guess && count++ < low.length) {
        low[count - 1] = value;
      }
    }
    boolean guessed = rank <= count && count <= low.length;
    return fromLowest(guessed ? Arrays.copyOf(low, count) : values, rank);
  }

  /**
   * The same as {@link #fromHighest(double[], int)}, sooner where {@code rank} to twice as many
   * values are at or above {@code guess}.
   */
  static double fromHighest(double[] values, int rank, double guess) {
    double[] high = new double[2 * rank];
    int count = 0;
    for (double value : values) {
      if (!(value < guess) && count++ < high.length) {
        high[count - 1] = value;
      }
    }
    boolean guessed = rank <= count && count <= high.length;
    return fromHighest(guessed ? Arrays.copyOf(high, count) : values, rank);
  }

  private static double at(double[] values, int rank, int sign) {
    double[] first = Arrays.copyOf(values, rank); // in order
    int filled = 0;
    for (double value : values) {
      boolean beyond = sign > 0 ? value >= first[rank - 1] : value <= first[rank - 1];
      if (filled == rank && (beyond || sign * Double.compare(value, first[rank - 1]) >= 0)) {
        continue; // nearly always by the quicker comparison, which NaN fails
      }
      int at = filled == rank ? rank - 1 : filled++;
      while (at > 0 && sign * Double.compare(value, first[at - 1]) < 0) {
        first[at] = first[at - 1];
        at--;
      }
      first[at] = value;
    }
    if (filled < rank) {
      throw new ArrayIndexOutOfBoundsException(
          "rank %d of %d values".formatted(rank, values.length));
    }
    return first[rank - 1];
  }
}
