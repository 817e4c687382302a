package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Settings that may differ from layer to layer. */
final class LayerRules {
  private LayerRules() {}

  static <T> List<T> same(int layers, T value) {
    return Collections.nCopies(layers, value);
  }

  /** 1/√dHead in every layer. */
  static List<Double> usualScale(int layers, int dHead) {
    return same(layers, 1 / Math.sqrt(dHead));
  }

  /** The window where {@code slides} holds, 0 (all positions) elsewhere. */
  static List<Integer> windows(int layers, int window, IntPredicate slides) {
    return IntStream.range(0, layers).mapToObj(layer -> slides.test(layer) ? window : 0).toList();
  }

  /**
   * Windows as {@code layer_types} says, or as {@code slides} does when the config has no such
   * list.
   */
  static List<Integer> windows(HfConfig config, int layers, int window, IntPredicate slides) {
    List<String> types = config.strings("layer_types");
    if (types.isEmpty()) {
      return windows(layers, window, slides);
    }
    if (types.size() != layers) {
      throw config.invalid("layer_types", "one entry a layer, " + layers);
    }
    for (String type : types) {
      if (!type.equals("sliding_attention") && !type.equals("full_attention")) {
        throw config.invalid("layer_types", "sliding_attention or full_attention");
      }
    }
    return windows(layers, window, layer -> types.get(layer).equals("sliding_attention"));
  }
}
