package circuitscope.heads.detect;

import circuitscope.probes.statistics.Ranked;
import java.util.Arrays;

/**
 * What all heads' scores of one kind come to under a null.
 *
 * @param mean {@code [head]} over draws
 * @param percentile95 {@code [head]}
 * @param maximum of the highest score of any head: what the best of so many must exceed
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Chance(double[] mean, double[] percentile95, KindScores.Maximum maximum) {

  /**
   * Counts draws.
   *
   * @param nulls {@code [draw][head]}, each a mean over rows
   */
  static Chance of(double[][] nulls) {
    int heads = nulls[0].length;
    double[] means = new double[heads + 1];
    double[] percentiles = new double[heads + 1];
    double[] ofHead = new double[nulls.length];
    double[] maxima = new double[nulls.length];
    Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
    int fromHighest = nulls.length + 1 - (int) rank(nulls.length);
    for (int head = 0; head <= heads; head++) {
      for (int draw = 0; draw < nulls.length; draw++) {
        ofHead[draw] = head == heads ? maxima[draw] : nulls[draw][head];
        maxima[draw] = Math.max(maxima[draw], ofHead[draw]);
      }
      means[head] = Arrays.stream(ofHead).sum() / nulls.length;
      percentiles[head] = Ranked.fromHighest(ofHead, fromHighest);
    }
    return of(means, percentiles);
  }

  /**
   * The same of draws that are counted already.
   *
   * @param means {@code [head]}, the maximum's behind them; {@code percentiles} as well
   */
  static Chance of(double[] means, double[] percentiles) {
    int heads = means.length - 1;
    return new Chance(
        Arrays.copyOf(means, heads),
        Arrays.copyOf(percentiles, heads),
        new KindScores.Maximum(means[heads], percentiles[heads]));
  }

  /** Rank of the 95th percentile, the lowest of so many draws being 1. */
  static long rank(long draws) {
    return (long) Math.ceil(0.95 * draws);
  }
}
