package circuitscope.heads.detect;

import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Estimate.Resamples;
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
   * @param resamples of the rows
   */
  static KindScores of(double[][] byRow, double[][] nulls, Resamples resamples) {
    return of(Estimate.means(byRow, resamples), Chance.of(nulls));
  }

  /**
   * Puts scores together.
   *
   * @param means {@code [head]} over rows
   */
  static KindScores of(Estimate[] means, Chance chance) {
    return new KindScores(
        Arrays.stream(means).mapToDouble(Estimate::value).toArray(),
        Arrays.stream(means).mapToDouble(Estimate::low).toArray(),
        Arrays.stream(means).mapToDouble(Estimate::high).toArray(),
        chance.mean(),
        chance.percentile95(),
        chance.maximum(),
        null);
  }

  /** The same scores, with the attention that their protocol's exclusions leave. */
  KindScores surviving(double[] share) {
    return new KindScores(score, low, high, nullMean, null95th, nullOfMaximum, share);
  }

  /** Whether a head scores more than the best of all heads does by chance. */
  boolean outstanding(int head) {
    return score[head] > nullOfMaximum.percentile95();
  }
}
