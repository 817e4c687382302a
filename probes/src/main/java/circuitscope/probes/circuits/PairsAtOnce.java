package circuitscope.probes.circuits;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PromptPairs;
import org.jspecify.annotations.Nullable;

/** How many pairs fit beside each other. */
final class PairsAtOnce {
  /** Beyond this a larger batch does not pay on a CPU. */
  private static final long CPU_BYTES = 1L << 30;

  private PairsAtOnce() {}

  /**
   * As many as were asked for, or as fit in half of the free memory.
   *
   * @throws circuitscope.probes.model.InsufficientMemoryException when not even that many fit
   */
  static int of(Model model, PromptPairs pairs, @Nullable Integer asked) {
    int positions = pairs.pairs().stream().mapToInt(pair -> pair.length()).max().orElse(1);
    long each = bytes(model.spec(), positions) * model.precision().bytes();
    long room = MemoryEstimate.freeBytes(model.device()) / 2;
    room = model.device().gpu() ? room : Math.min(room, CPU_BYTES);
    int fitting = Math.clamp(room / each, 1, pairs.pairs().size());
    int batch = asked == null ? fitting : Math.min(asked, pairs.pairs().size());
    new MemoryEstimate(
            "what the writers of %d pairs of %d tokens write".formatted(batch, positions),
            batch * each,
            "lower --batch, or give shorter prompts")
        .check(model.device());
    return batch;
  }

  /** Values a pair: writers' differences, a layer's readers, the activations kept for gradients. */
  private static long bytes(DecoderSpec spec, int positions) {
    long heads = spec.attention().heads();
    long layers = spec.layers();
    long writers = 1 + layers * (heads + 1);
    long streams = 2 * writers + 6 * heads + 20 * layers;
    long mlp = 8L * layers * spec.mlp().dMlp();
    long patterns = 4 * layers * heads * positions;
    return positions * (streams * spec.dModel() + mlp + patterns);
  }
}
