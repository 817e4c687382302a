package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * α_0 as it would be if no position were special: in each replicate every query deals its attention
 * anew over the keys that it sees, so that key 0 gets one of its weights at random.
 *
 * <p>All heads of a sample share the dealing, which keeps their dependence, so the largest head of
 * a replicate is what the largest head of the model is to be compared with (Westfall and Young
 * 1993, maxT): a maximum over heads is above uniform by selection alone.
 */
final class PermutationNull {
  private final int replicates;
  private final int heads;
  private final RandomGenerator random;
  private final double[][] sums; // [layer · head][replicate]
  private long[] dealt = {}; // [batch, query, replicate]
  private int samples;

  PermutationNull(int replicates, int layers, int heads, long seed) {
    this.replicates = replicates;
    this.heads = heads;
    this.random = OrdinaryTokens.random(seed);
    this.sums = new double[layers * heads][replicates];
  }

  /** Deals for the next samples; to be called before their layers are added. */
  void deal(int batch, int length) {
    samples += batch;
    dealt = new long[batch * length * replicates];
    for (int i = 0; i < dealt.length; i++) {
      dealt[i] = random.nextInt(i / replicates % length + 1);
    }
  }

  /**
   * Adds one layer of the samples dealt for.
   *
   * @param pattern {@code [batch, head, query, key]}
   */
  void add(int layer, NDArray pattern) {
    if (replicates == 0) {
      return;
    }
    long batch = pattern.getShape().get(0);
    long length = pattern.getShape().get(2);
    for (int head = 0; head < heads; head++) {
      float[] means; // [batch, replicate]
      try (NDArray one = pattern.get(new NDIndex(":, {}", head)); // [batch, query, key]
          NDArray keys = pattern.getManager().create(dealt, new Shape(batch, length, replicates));
          NDArray drawn = one.gather(keys, 2);
          NDArray mean = drawn.mean(new int[] {1})) {
        means = mean.toFloatArray();
      }
      for (int i = 0; i < means.length; i++) {
        sums[layer * heads + head][i % replicates] += means[i];
      }
    }
  }

  /** The largest mean α_0 over heads in each replicate, ascending. */
  double[] maxima() {
    double[] maxima = new double[replicates];
    for (int r = 0; r < replicates; r++) {
      for (double[] head : sums) {
        maxima[r] = Math.max(maxima[r], head[r] / samples);
      }
    }
    Arrays.sort(maxima);
    return maxima;
  }
}
