package circuitscope.subnetworks.mask;

import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many weights a mask may keep, of each attention and MLP matrix or of all together.
 *
 * @param scope within what the weights compete
 * @param counts kept weights by parameter name; with {@link Scope#MODEL} only their sum counts
 */
public record Budget(Scope scope, SortedMap<String, Integer> counts) {

  /** Within what weights compete for their place. */
  public enum Scope {
    /** Each matrix has a budget of its own. */
    MATRIX,
    /** All matrices share one. */
    MODEL
  }

  /** The same share of each matrix, to the nearest weight. */
  public static Budget share(Model model, double share, Scope scope) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Weight weight : model.weights().maskable()) {
      counts.put(weight.name(), (int) Math.round(share * weight.array().size()));
    }
    return new Budget(scope, counts);
  }

  /**
   * As many as a mask keeps.
   *
   * @throws MaskException if the mask is not of the model, or does not speak of the same matrices
   */
  public static Budget like(Mask mask, Model model, Scope scope) {
    SortedMap<String, MaskMatrix> given = mask.fittedTo(model).matrices();
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Weight weight : model.weights().maskable()) {
      MaskMatrix matrix = given.get(weight.name());
      if (matrix == null) {
        throw new MaskException(
            "mask '%s' says nothing of '%s', and a budget needs all attention and MLP matrices of %s; give a mask of all of them, or a share"
                .formatted(mask.name(), weight.name(), model.identity().origin()));
      }
      counts.put(weight.name(), matrix.active());
    }
    if (given.size() > counts.size()) {
      throw new MaskException(
          "mask '%s' speaks of %d parameters, and %s has %d attention and MLP matrices; biases and norms have no budget"
              .formatted(mask.name(), given.size(), model.identity().origin(), counts.size()));
    }
    return new Budget(scope, counts);
  }

  /** Kept weights of one matrix. */
  int of(String parameter) {
    return counts.getOrDefault(parameter, 0);
  }

  /** Kept weights in all. */
  public long total() {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }
}
