package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Writes on from a prompt, one token at a time, with a key/value cache. */
public final class Generator {
  private final Model model;

  public Generator(Model model) {
    this.model = model;
  }

  /**
   * How the next token is chosen.
   *
   * @param temperature logits are divided by this; 0 takes the most likely token
   * @param topK only the k most likely stay; 0 means all
   * @param topP of those, only the most likely that together reach this probability stay; 1 means
   *     all
   */
  public record Sampling(double temperature, int topK, double topP, long seed) {
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0);

    public Sampling {
      if (!(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1)) {
        throw new IllegalArgumentException(
            "temperature must be at least 0, top-k at least 0 and top-p in (0, 1]: got %s, %d, %s"
                .formatted(temperature, topK, topP));
      }
    }
  }

  /**
   * The prompt's continuation.
   *
   * @param prompt at least one token
   * @param maxTokens how many tokens at the most
   * @param stop tokens after which writing ends (they are part of the result)
   * @param eachToken hears each new token; returns false to end there
   * @return the new tokens only
   * @throws IllegalArgumentException when the model has learned fewer positions than that may take
   */
  public int[] generate(
      int[] prompt, int maxTokens, Sampling sampling, IntPredicate stop, IntPredicate eachToken) {
    checkPositions(prompt.length, maxTokens);
    int[] generated = new int[maxTokens];
    int count = 0;
    SplittableRandom random = new SplittableRandom(sampling.seed());
    try (KeyValueCache cache = model.newCache()) {
      int[] fresh = prompt;
      while (count < maxTokens) {
        int next = choose(lastLogits(fresh, cache), sampling, random);
        generated[count++] = next;
        if (stop.test(next) || !eachToken.test(next)) {
          break;
        }
        fresh = new int[] {next};
      }
    }
    return Arrays.copyOf(generated, count);
  }

  /** The last new token is written and not read, so it takes no position. */
  private void checkPositions(int prompt, int maxTokens) {
    DecoderSpec spec = model.spec();
    long room = spec.contextLength() - prompt + 1L;
    if (spec.learnedPositions() && maxTokens > room) {
      throw new IllegalArgumentException(
          "%d tokens after a prompt of %d need more than the %d positions that this %s model has"
                  .formatted(maxTokens, prompt, spec.contextLength(), spec.family())
              + " learned; ask for at most %d, or shorten the prompt".formatted(Math.max(0, room)));
    }
  }

  private float[] lastLogits(int[] fresh, KeyValueCache cache) {
    try (NDManager scope = model.newManager()) {
      NDArray logits = model.logits(TokenBatch.of(fresh), Taps.NONE, cache, scope);
      NDArray last = logits.get(scope, new NDIndex("0, {}", fresh.length - 1));
      return last.toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  private static int choose(float[] logits, Sampling sampling, SplittableRandom random) {
    if (sampling.temperature() == 0) {
      return best(logits);
    }
    int[] order = descending(logits);
    int kept = sampling.topK() == 0 ? order.length : Math.min(sampling.topK(), order.length);
    double[] weights = new double[kept];
    double total = 0;
    for (int rank = 0; rank < kept; rank++) {
      double above = (logits[order[rank]] - logits[order[0]]) / sampling.temperature();
      weights[rank] = Math.exp(above);
      total += weights[rank];
    }
    double mass = 0;
    int last = 0;
    for (; last < kept; last++) {
      mass += weights[last];
      if (mass >= sampling.topP() * total) {
        break;
      }
    }
    double drawn = random.nextDouble() * mass;
    for (int rank = 0; rank < kept; rank++) {
      drawn -= weights[rank];
      if (drawn <= 0) {
        return order[rank];
      }
    }
    return order[Math.min(last, kept - 1)];
  }

  /** Token ids, the most likely first, the smaller first of equals. */
  private static int[] descending(float[] logits) {
    long[] keyed = new long[logits.length];
    for (int id = 0; id < keyed.length; id++) {
      int bits = Float.floatToIntBits(-logits[id] + 0f); // + 0: no negative zero
      int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE; // as integers, the order of floats
      keyed[id] = ((long) ordered << 32) | id;
    }
    Arrays.sort(keyed);
    int[] ids = new int[keyed.length];
    Arrays.setAll(ids, rank -> (int) keyed[rank]);
    return ids;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
