package circuitscope.heads.streaming;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.CachePolicy;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.StreamingDecoder;
import circuitscope.probes.model.Weight;
import java.util.Arrays;
import java.util.List;

/** Times single tokens in a full cache of sinks and recent tokens. */
public final class CacheTimer {
  private static final int REPETITIONS = 3;
  private static final int CHUNK = 256;

  private final Model model;
  private final int[] ids;
  private final int sinks;
  private final int tokens;

  /**
   * @param ids what is read, over and over where it is too short
   * @param tokens timed together, without a look at the device in between
   */
  public CacheTimer(Model model, int[] ids, int sinks, int tokens) {
    this.model = model;
    this.ids = ids;
    this.sinks = sinks;
    this.tokens = tokens;
  }

  /** At a cache of {@code size} tokens. */
  public CacheTiming time(int size, Progress progress) {
    CachePolicy policy = new CachePolicy(sinks, size - sinks, true);
    double[] stream = new double[REPETITIONS];
    try (StreamingDecoder decoder = model.stream(policy)) {
      int chunk = Math.min(CHUNK, decoder.largestChunk());
      for (int at = 0; at <= size; at += chunk) {
        decoder.chunk(cyclic(at, chunk), cyclic(at + 1, chunk));
      }
      decoder.oneByOne(cyclic(0, tokens), cyclic(1, tokens));
      for (int i = 0; i < REPETITIONS; i++) {
        progress.checkCancelled();
        long start = System.nanoTime();
        decoder.oneByOne(cyclic(i, tokens), cyclic(i + 1, tokens));
        stream[i] = (System.nanoTime() - start) / 1e6 / tokens;
      }
    }
    long cacheBytes = policy.bytes(model.spec(), model.precision());
    return new CacheTiming(
        size, cacheBytes, median(stream), weightBytes(model) + cacheBytes, recompute(size));
  }

  private double recompute(int size) {
    int[] window = cyclic(0, size + 2);
    Recomputation recomputation = new Recomputation(model);
    double[] millis = new double[REPETITIONS];
    for (int i = -1; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      recomputation.losses(window, List.of(size), size + 1);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return median(millis);
  }

  /** Bytes of the weights that one token reads: of a table of embeddings, one row is nothing. */
  static long weightBytes(Model model) {
    Weight embedding = model.weights().get(Slot.EMBED, -1);
    Weight unembedding = model.weights().get(Slot.UNEMBED, -1);
    Weight positions = model.weights().find(Slot.POSITION_EMBED);
    long values = model.weights().parameters();
    if (!embedding.equals(unembedding)) {
      values -= embedding.array().size();
    }
    if (positions != null) {
      values -= positions.array().size();
    }
    return values * model.precision().bytes();
  }

  private int[] cyclic(int from, int count) {
    int[] some = new int[count];
    Arrays.setAll(some, i -> ids[(from + i) % ids.length]);
    return some;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
