package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which weights a model keeps: one bit a weight, by Hugging Face parameter name, in the parameter's
 * stored order. Parameters that are not named are kept whole.
 *
 * @param name what to call it in results
 * @param kept set bits are kept, the others become zero
 */
public record WeightMask(String name, Map<String, BitSet> kept) {

  public WeightMask {
    Map<String, BitSet> copy = new TreeMap<>();
    kept.forEach((parameter, bits) -> copy.put(parameter, (BitSet) bits.clone()));
    kept = copy;
  }

  /** Kept weights among those that the mask speaks of. */
  public long active() {
    return kept.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  String describe() {
    return "mask " + name + ", " + active() + " weights kept in " + kept.size() + " matrices";
  }

  /** The weight itself where the mask does not speak of it, else a masked copy that owner owns. */
  Weight apply(Weight weight, NDManager owner) {
    BitSet bits = kept.get(weight.name());
    if (bits == null) {
      return weight;
    }
    NDArray stored = weight.array();
    int size = Math.toIntExact(stored.size());
    if (bits.length() > size) {
      throw new IllegalArgumentException(
          "mask '%s' has %d entries for %s, which has %d; it was made for another model"
              .formatted(name, bits.length(), weight.name(), size));
    }
    boolean[] flags = new boolean[size];
    bits.stream().forEach(i -> flags[i] = true);
    try (NDManager scope = owner.newSubManager()) {
      DataType type = stored.getDataType();
      NDArray keep = scope.create(flags).reshape(stored.getShape()).toType(type, false);
      NDArray masked = keep.mul(stored);
      masked.attach(owner);
      return new Weight(weight.name(), masked, weight.inOut());
    }
  }
}
