package circuitscope.probes.tuned;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How translators are trained: the recipe of Belrose et al. 2023 (arXiv 2303.08112) and their
 * repository, every number of which can be chosen.
 *
 * @param sequences that one step takes
 * @param length tokens of each
 * @param rateScale 1 is a rate of 1 − momentum for SGD, of 0.001 for Adam
 * @param momentum of SGD; the first β of Adam
 * @param weightDecay pulls the translators to the identity; added to the gradient
 * @param clip largest norm of all gradients together, 0 for no limit
 * @param biasOnly trains shifts c_l alone, with A_l = 0
 */
public record TuneRecipe(
    int steps,
    int sequences,
    int length,
    Objective objective,
    Optimiser optimiser,
    double rateScale,
    double momentum,
    double weightDecay,
    double clip,
    boolean biasOnly,
    long seed) {

  /** What the lens is to predict. */
  public enum Objective {
    /** The model's final distribution at the same position: KL(final ‖ lens). */
    KL,
    /** The token that comes next. */
    CROSS_ENTROPY
  }

  /** Which rule takes the steps. */
  public enum Optimiser {
    /** Stochastic gradient descent with Nesterov momentum. */
    SGD,
    /** Adam with AMSGrad and a linear warm-up of min(1000, steps/5) steps. */
    ADAM
  }

  private static final double SGD_RATE = 1;
  private static final double ADAM_RATE = 1e-3;
  private static final int LONGEST_WARM_UP = 1000;

  /** Tokens of one step. */
  long tokensPerStep() {
    return (long) sequences * length;
  }

  /**
   * Learning rate of a step, from 0: rising over the warm-up, then falling linearly, to reach 0
   * after the last. SGD's is multiplied by 1 − momentum, which undoes what momentum adds up to.
   */
  double rate(int step) {
    if (optimiser == Optimiser.SGD) {
      return rateScale * SGD_RATE * (1 - momentum) * (steps - step) / steps;
    }
    int warmUp = Math.min(LONGEST_WARM_UP, steps / 5);
    double share =
        step < warmUp ? (double) step / warmUp : (double) (steps - step) / (steps - warmUp);
    return rateScale * ADAM_RATE * share;
  }

  /** Everything that decides what is computed, for the file's metadata. */
  SortedMap<String, String> described() {
    SortedMap<String, String> entries = new TreeMap<>();
    entries.put("steps", Integer.toString(steps));
    entries.put("sequences", Integer.toString(sequences));
    entries.put("length", Integer.toString(length));
    entries.put("objective", name(objective));
    entries.put("optimiser", name(optimiser));
    entries.put("rate_scale", Double.toString(rateScale));
    entries.put("momentum", Double.toString(momentum));
    entries.put("weight_decay", Double.toString(weightDecay));
    entries.put("clip", Double.toString(clip));
    entries.put("seed", Long.toString(seed));
    return entries;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
