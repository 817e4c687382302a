package circuitscope.probes.model;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which stored tensor fills which slot of a family.
 *
 * @param prefix what the names start with when the checkpoint was saved from the language model and
 *     not from its base model; a file without it is accepted as well
 * @param names slot to tensor name, {@code %d} standing for the layer (and a second {@code %d} for
 *     the head where each head has a tensor of its own)
 * @param inOut slots stored as {@code [in, out]} and not {@code [out, in]}
 * @param ignored tensors that are no parameters (buffers of old files)
 */
public record TensorMap(
    String prefix, Map<Slot, String> names, Set<Slot> inOut, Predicate<String> ignored) {

  public TensorMap {
    names = Map.copyOf(names);
    inOut = Set.copyOf(inOut);
  }

  /** The tensor's name, or null when the family (with this config) has no such parameter. */
  @org.jspecify.annotations.Nullable
  String name(Slot slot, int layer) {
    String pattern = names.get(slot);
    if (pattern == null) {
      return null;
    }
    return slot.ofLayer() ? pattern.replaceFirst("%d", Integer.toString(layer)) : pattern;
  }

  /** Builds a map slot by slot. */
  public static final class Builder {
    private final String prefix;
    private final String layer;
    private final Map<Slot, String> names = new EnumMap<>(Slot.class);
    private Set<Slot> inOut = Set.of();
    private Predicate<String> ignored = name -> name.endsWith("rotary_emb.inv_freq");

    /**
     * An empty map.
     *
     * @param prefix see {@link TensorMap}
     * @param layer what the names of a layer's tensors start with, such as {@code model.layers.%d.}
     */
    public Builder(String prefix, String layer) {
      this.prefix = prefix;
      this.layer = layer;
    }

    public Builder put(Slot slot, String name) {
      names.put(slot, slot.ofLayer() ? layer + name : name);
      return this;
    }

    /** Takes a slot out again. */
    public Builder without(Slot slot) {
      names.remove(slot);
      return this;
    }

    /** A weight and, if {@code bias} holds, its bias: {@code name.weight} and {@code name.bias}. */
    public Builder linear(Slot weight, Slot biasSlot, String name, boolean bias) {
      put(weight, name + ".weight");
      return bias ? put(biasSlot, name + ".bias") : this;
    }

    /** The four slots of separate queries, keys, values and the output, biased alike or not. */
    public Builder attention(List<String> qkvo, boolean biasQkv, boolean biasOut) {
      linear(Slot.Q, Slot.Q_BIAS, qkvo.get(0), biasQkv);
      linear(Slot.K, Slot.K_BIAS, qkvo.get(1), biasQkv);
      linear(Slot.V, Slot.V_BIAS, qkvo.get(2), biasQkv);
      return linear(Slot.O, Slot.O_BIAS, qkvo.get(3), biasOut);
    }

    public Builder storedInOut(Slot... slots) {
      inOut = Set.of(slots);
      return this;
    }

    public Builder ignoring(Predicate<String> more) {
      ignored = ignored.or(more);
      return this;
    }

    public TensorMap build() {
      return new TensorMap(prefix, names, inOut, ignored);
    }
  }
}
