package circuitscope.heads.causal;

import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a measure gains when heads are taken away: with minus without ablation is paired row by row.
 *
 * @param set the set's name
 * @param delta the ablated model's value minus the untouched model's; the interval is over rows
 * @param random null when there are no random sets to compare with
 */
public record Effect(
    String set,
    List<HeadName> heads,
    AblationKind kind,
    String measure,
    Estimate delta,
    @Nullable Random random) {

  /**
   * Where the effect stands among those of random sets.
   *
   * @param draws how many random sets
   * @param low the 2.5 % point of their effects
   * @param high the 97.5 % point
   * @param rank 1 when no random set has a larger effect
   * @param tailShare (1 + random sets with an effect at least as large) / (1 + draws)
   */
  public record Random(
      int draws, double mean, double low, double median, double high, int rank, double tailShare) {

    /** The place of {@code delta} among the effects of random sets. */
    public static Random of(double delta, double[] effects) {
      double[] sorted = effects.clone();
      Arrays.sort(sorted);
      int atLeast = (int) Arrays.stream(sorted).filter(effect -> effect >= delta).count();
      int above = (int) Arrays.stream(sorted).filter(effect -> effect > delta).count();
      return new Random(
          sorted.length,
          Arrays.stream(sorted).average().orElse(Double.NaN),
          quantile(sorted, 0.025),
          quantile(sorted, 0.5),
          quantile(sorted, 0.975),
          1 + above,
          (1.0 + atLeast) / (1.0 + sorted.length));
    }

    /** Linear between order statistics, as NumPy's default. */
    private static double quantile(double[] sorted, double share) {
      double place = share * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
  }
}
