package circuitscope.heads.detect;

import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Ranked;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All heads' scores of one kind under one protocol, beside what chance gives.
 *
 * @param score {@code [head]} by layer and head, averaged over rows
 * @param low {@code [head]} lower end of the 95 % bootstrap interval over rows
 * @param nullMean {@code [head]} mean score of shuffled targets
 * @param null95th {@code [head]} its 95th percentile
 * @param nullOfMaximum of the highest score of any head: what the best of so many must exceed
 * @param surviving {@code [head]} attention that the protocol's exclusions leave, where it divides
 *     by that: a high score over a small remainder says little
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record KindScores(
    double[] score,
    double[] low,
    double[] high,
    double[] nullMean,
    double[] null95th,
    Maximum nullOfMaximum,
    double @Nullable [] surviving) {

  /** The highest score of any head under shuffled targets. */
  public record Maximum(double mean, double percentile95) {}

  /**
   * Puts scores together.
   *
   * @param byRow {@code [row][head]}
   * @param nulls {@code [draw][head]}, each a mean over rows
   */
  static KindScores of(double[][] byRow, double[][] nulls, long seed) {
    Estimate[] means = Estimate.means(byRow, seed);
    int heads = means.length;
    double[] nullMean = new double[heads];
    double[] null95th = new double[heads];
    double[] ofHead = new double[nulls.length];
    double[] maxima = new double[nulls.length];
    Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
    for (int head = 0; head < heads; head++) {
      for (int draw = 0; draw < nulls.length; draw++) {
        ofHead[draw] = nulls[draw][head];
        maxima[draw] = Math.max(maxima[draw], ofHead[draw]);
      }
      nullMean[head] = mean(ofHead);
      null95th[head] = percentile95(ofHead);
    }
    return new KindScores(
        Arrays.stream(means).mapToDouble(Estimate::value).toArray(),
        Arrays.stream(means).mapToDouble(Estimate::low).toArray(),
        Arrays.stream(means).mapToDouble(Estimate::high).toArray(),
        nullMean,
        null95th,
        new Maximum(mean(maxima), percentile95(maxima)),
        null);
  }

  /** The same scores, with the attention that their protocol's exclusions leave. */
  KindScores surviving(double[] share) {
    return new KindScores(score, low, high, nullMean, null95th, nullOfMaximum, share);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double percentile95(double[] values) {
    return Ranked.fromHighest(values, values.length - (int) Math.ceil(0.95 * values.length) + 1);
  }

  /** Whether a head scores more than the best of all heads does by chance. */
  boolean outstanding(int head) {
    return score[head] > nullOfMaximum.percentile95();
  }
}
