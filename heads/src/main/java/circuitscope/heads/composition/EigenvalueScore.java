package circuitscope.heads.composition;

import java.util.Arrays;

/**
 * Σλ/Σ|λ| of a circuit, −1 (all reversed) to 1 (all kept), beside the same of random rotations.
 *
 * @param chance mean over the rotations
 * @param chanceLow mean ± 1.96 standard deviations over the rotations
 * @param z standard deviations above chance
 */
public record EigenvalueScore(
    double score, double chance, double chanceLow, double chanceHigh, double z) {
  private static final double Z95 = 1.959964;

  static EigenvalueScore of(double score, double[] drawn) {
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double squares = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = Math.sqrt(squares / (drawn.length - 1));
    return new EigenvalueScore(
        score,
        mean,
        mean - Z95 * deviation,
        mean + Z95 * deviation,
        deviation > 0 ? (score - mean) / deviation : 0);
  }

  boolean beyondChance() {
    return score < chanceLow || score > chanceHigh;
  }
}
