package circuitscope.probes.statistics;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A number with its 95 % interval over sequences, by percentile bootstrap unless it says else.
 *
 * @param value of all sequences
 */
public record Estimate(double value, double low, double high) {
  private static final int RESAMPLES = 1000;

  /** Rank of the interval's ends, from either end of the resamples. */
  private static final int TAIL = (int) (0.025 * RESAMPLES) + 1;

  /** Standard deviations of a mean beyond which 1.7 times TAIL resamples lie, if it is normal. */
  private static final double TAIL_STARTS = 1.7;

  /** Quantities that one thread resamples in a row. */
  private static final int AT_ONCE = 32;

  /** Sums over sequences, from which a statistic is computed. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Sums(double[] values) {}

  /**
   * Resamples sequences with replacement.
   *
   * @param sums {@code [sequence][sum]} each sequence's share of every sum
   * @param statistic of the sums over sequences
   */
  public static Estimate of(double[][] sums, long seed, ToDoubleFunction<Sums> statistic) {
    int width = sums[0].length;
    double[] whole = new double[width];
    for (double[] one : sums) {
      add(whole, one);
    }
    Random random = new Random(seed);
    double[] resampled = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double[] total = new double[width];
      for (int i = 0; i < sums.length; i++) {
        add(total, sums[random.nextInt(sums.length)]);
      }
      resampled[r] = statistic.applyAsDouble(new Sums(total));
    }
    return between(statistic.applyAsDouble(new Sums(whole)), resampled);
  }

  /** Student's t at 97.5 %, for 1 to 9 degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262
  };

  /**
   * A number whose interval is not of the bootstrap but of batch means: value ± t·s/√G, where s is
   * the standard deviation of the same number in G groups of sequences.
   *
   * @param groups up to 10; with fewer than 2 there is no interval (NaN)
   */
  public static Estimate ofGroups(double value, double[] groups) {
    int count = groups.length;
    if (count < 2) {
      return new Estimate(value, Double.NaN, Double.NaN);
    }
    double mean = Arrays.stream(groups).average().orElseThrow();
    double squares = Arrays.stream(groups).map(one -> (one - mean) * (one - mean)).sum();
    double half = T[count - 2] * Math.sqrt(squares / (count - 1) / count);
    return new Estimate(value, value - half, value + half);
  }

  /** The mean of {@code values}, each of a sequence of equal length. */
  public static Estimate mean(double[] values, long seed) {
    double[][] sums = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      sums[i] = new double[] {1, values[i]};
    }
    return of(sums, seed, total -> total.values()[1] / total.values()[0]);
  }

  /**
   * The means of many quantities, all resampled together.
   *
   * @param values {@code [sequence][quantity]}
   * @return one a quantity
   */
  public static Estimate[] means(double[][] values, long seed) {
    return means(values, Resamples.of(values.length, seed));
  }

  /**
   * The same of resamples that other quantities of the same sequences have too.
   *
   * @throws IllegalArgumentException when they are of another number of sequences
   */
  public static Estimate[] means(double[][] values, Resamples resamples) {
    if (resamples.times().length != values.length) {
      throw new IllegalArgumentException(
          "%d sequences, and resamples of %d".formatted(values.length, resamples.times().length));
    }
    Estimate[] means = new Estimate[values[0].length];
    int pieces = Math.ceilDiv(means.length, AT_ONCE);
    IntStream.range(0, pieces)
        .parallel()
        .forEach(
            piece -> {
              double[] resampled = new double[RESAMPLES];
              int end = Math.min(means.length, (piece + 1) * AT_ONCE);
              for (int quantity = piece * AT_ONCE; quantity < end; quantity++) {
                means[quantity] = resampled(values, quantity, resamples.times(), resampled);
              }
            });
    return means;
  }

  /**
   * Sequences drawn with replacement.
   *
   * @param times {@code [sequence][resample]} how often a resample holds a sequence
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  public record Resamples(double[][] times) {
    public static Resamples of(int sequences, long seed) {
      Random random = new Random(seed);
      double[][] times = new double[sequences][RESAMPLES];
      for (int r = 0; r < RESAMPLES; r++) {
        for (int i = 0; i < sequences; i++) {
          times[random.nextInt(sequences)][r]++;
        }
      }
      return new Resamples(times);
    }

    /** The rank of a 95 % interval's ends, from the lowest and from the highest. */
    public static int tail() {
      return TAIL;
    }
  }

  private static Estimate resampled(
      double[][] values, int quantity, double[][] times, double[] resampled) {
    double mean = 0;
    double squares = 0;
    Arrays.fill(resampled, 0);
    for (int sequence = 0; sequence < values.length; sequence++) {
      double value = values[sequence][quantity];
      double share = value / values.length;
      mean += share;
      squares += value * share;
      double[] timesOfSequence = times[sequence];
      for (int r = 0; r < RESAMPLES; r++) {
        resampled[r] += timesOfSequence[r] * share;
      }
    }
    double deviation = Math.sqrt(Math.max(0, squares - mean * mean) / values.length);
    return new Estimate(
        mean,
        Ranked.fromLowest(resampled, TAIL, mean - TAIL_STARTS * deviation),
        Ranked.fromHighest(resampled, TAIL, mean + TAIL_STARTS * deviation));
  }

  private static Estimate between(double value, double[] resampled) {
    return new Estimate(
        value, Ranked.fromLowest(resampled, TAIL), Ranked.fromHighest(resampled, TAIL));
  }

  private static void add(double[] total, double[] one) {
    for (int k = 0; k < total.length; k++) {
      total[k] += one[k];
    }
  }
}
