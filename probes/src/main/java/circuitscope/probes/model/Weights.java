package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parameters of a model by slot. Arrays are owned by the model that loaded them. */
public final class Weights {
  private final Map<Slot, Weight> global;
  private final List<Map<Slot, Weight>> layers;

  private Weights(Map<Slot, Weight> global, List<Map<Slot, Weight>> layers) {
    this.global = global;
    this.layers = layers;
  }

  /**
   * Fills the slots.
   *
   * @param source gives the weight of a slot and layer (−1 outside the layers), null where the
   *     model has none
   */
  static Weights of(int layerCount, BiFunction<Slot, Integer, @Nullable Weight> source) {
    Map<Slot, Weight> global = new EnumMap<>(Slot.class);
    List<Map<Slot, Weight>> layers = new ArrayList<>();
    for (int layer = -1; layer < layerCount; layer++) {
      Map<Slot, Weight> filled = layer < 0 ? global : new EnumMap<>(Slot.class);
      for (Slot slot : Slot.values()) {
        Weight weight = slot.ofLayer() == layer >= 0 ? source.apply(slot, layer) : null;
        if (weight != null) {
          filled.put(slot, weight);
        }
      }
      if (layer >= 0) {
        layers.add(filled);
      }
    }
    return new Weights(global, layers);
  }

  /** The same slots with every weight passed through {@code change}. */
  Weights map(UnaryOperator<Weight> change) {
    return of(
        layers.size(),
        (slot, layer) -> {
          Weight weight = find(slot, layer);
          return weight == null ? null : change.apply(weight);
        });
  }

  /** The weight of a slot, or null when the model has none there. */
  public @Nullable Weight find(Slot slot, int layer) {
    return slot.ofLayer() ? layers.get(layer).get(slot) : global.get(slot);
  }

  public @Nullable Weight find(Slot slot) {
    return global.get(slot);
  }

  /**
   * The weight of a slot.
   *
   * @throws NoSuchElementException when the model has no parameter there
   */
  public Weight get(Slot slot, int layer) {
    Weight weight = find(slot, layer);
    if (weight == null) {
      throw new NoSuchElementException("this model has no " + slot + " in layer " + layer);
    }
    return weight;
  }

  /** Every distinct parameter once, embeddings first, then layer by layer. */
  public void forEach(Consumer<Weight> action) {
    global.values().stream().distinct().forEach(action);
    layers.forEach(layer -> layer.values().forEach(action));
  }

  /** A parameter and the place that it fills. */
  public record Placed(Slot slot, int layer, Weight weight) {}

  /** The parameters of attention and MLP matrices, layer by layer, in the order of their slots. */
  public List<Weight> maskable() {
    return maskablePlaces().stream().map(Placed::weight).toList();
  }

  /** {@link #maskable}, with their places. */
  public List<Placed> maskablePlaces() {
    List<Placed> maskable = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Map.Entry<Slot, Weight> filled : layers.get(layer).entrySet()) {
        if (filled.getKey().maskable()) {
          maskable.add(new Placed(filled.getKey(), layer, filled.getValue()));
        }
      }
    }
    return maskable;
  }

  /** The weight of that Hugging Face name, or null. */
  public @Nullable Weight named(String name) {
    Weight[] found = new Weight[1];
    forEach(
        weight -> {
          if (weight.name().equals(name)) {
            found[0] = weight;
          }
        });
    return found[0];
  }

  /** Values in all parameters together. */
  public long parameters() {
    long[] count = new long[1];
    forEach(weight -> count[0] += weight.array().size());
    return count[0];
  }

  @Nullable NDArray array(Slot slot) {
    Weight weight = global.get(slot);
    return weight == null ? null : weight.array();
  }
}
