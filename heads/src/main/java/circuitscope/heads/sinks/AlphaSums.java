package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;

/**
 * α of every key, of every length at once.
 *
 * <p>Attention is causal, so what a query attends to does not depend on what comes after it: the
 * pattern at length T holds that of every shorter length in its corner, and α_k at T′ is the sum of
 * column k over the queries below T′, over T′ − k. One pass at the longest length serves them all.
 */
final class AlphaSums {
  private final int[] lengths; // ascending, the last is the samples' own
  private final double[] epsilons;
  private final int keys;
  private final int heads;
  private final int[][][][] above; // [sample][length][epsilon][key]
  private final float[][] first; // [sample][layer · head], α of key 0
  private final double[][] profile; // [layer · head][key], summed over samples

  /**
   * What is looked at: lengths in ascending order, thresholds likewise, and how many first
   * positions.
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Grid(int[] lengths, double[] epsilons, int keys) {
    int longest() {
      return lengths[lengths.length - 1];
    }

    /** Where a threshold of the grid stands. */
    int indexOf(double epsilon) {
      return Arrays.binarySearch(epsilons, epsilon);
    }
  }

  AlphaSums(Grid grid, int samples, int layers, int heads) {
    this.lengths = grid.lengths();
    this.epsilons = grid.epsilons();
    this.keys = grid.keys();
    this.heads = heads;
    this.above = new int[samples][lengths.length][epsilons.length][keys];
    this.first = new float[samples][layers * heads];
    this.profile = new double[layers * heads][grid.longest()];
  }

  /**
   * Adds one layer of one batch.
   *
   * @param from number of the batch's first sample
   * @param pattern {@code [batch, head, query, key]}
   */
  void add(int from, int layer, NDArray pattern) {
    int batch = (int) pattern.getShape().get(0);
    int longest = lengths[lengths.length - 1];
    float[] sums = {}; // [batch, head, key], over the queries below a length
    try (NDArray running = pattern.cumSum(2)) {
      for (int j = 0; j < lengths.length; j++) {
        try (NDArray column = running.get(new NDIndex(":, :, {}", lengths[j] - 1))) {
          sums = column.toFloatArray();
        }
        for (int row = 0; row < batch * heads; row++) {
          for (int key = 0; key < Math.min(keys, lengths[j]); key++) {
            double alpha = sums[row * longest + key] / (double) (lengths[j] - key);
            count(above[from + row / heads][j], key, alpha);
          }
        }
      }
    }
    for (int row = 0; row < batch * heads; row++) {
      int head = layer * heads + row % heads;
      first[from + row / heads][head] = sums[row * longest] / longest;
      for (int key = 0; key < longest; key++) {
        profile[head][key] += sums[row * longest + key] / (double) (longest - key);
      }
    }
  }

  private void count(int[][] counts, int key, double alpha) {
    for (int e = 0; e < epsilons.length; e++) {
      counts[e][key] += alpha > epsilons[e] ? 1 : 0;
    }
  }

  /** By sample: share of all heads with α_key above the threshold at that length. */
  double[] rates(int length, int epsilon, int key) {
    double[] rates = new double[above.length];
    for (int sample = 0; sample < rates.length; sample++) {
      rates[sample] = above[sample][length][epsilon][key] / (double) profile.length;
    }
    return rates;
  }

  /** By sample: α_0 of one head. */
  double[] alpha0(int head) {
    double[] alpha = new double[first.length];
    for (int sample = 0; sample < alpha.length; sample++) {
      alpha[sample] = first[sample][head];
    }
    return alpha;
  }

  /** By sample: share of a layer's heads with α_0 above the threshold. */
  double[] layerRates(int layer, double epsilon) {
    double[] rates = new double[first.length];
    for (int sample = 0; sample < rates.length; sample++) {
      for (int head = layer * heads; head < (layer + 1) * heads; head++) {
        rates[sample] += (first[sample][head] > epsilon ? 1.0 : 0.0) / heads;
      }
    }
    return rates;
  }

  /** α of every key of one head, mean over samples. */
  double[] profile(int head) {
    double[] means = profile[head].clone();
    for (int key = 0; key < means.length; key++) {
      means[key] /= first.length;
    }
    return means;
  }
}
