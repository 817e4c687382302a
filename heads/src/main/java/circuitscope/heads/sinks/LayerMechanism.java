package circuitscope.heads.sinks;

import java.util.Arrays;

/**
 * What one layer's attention does about the first position, on one batch. Row-major; b samples, p
 * positions, g key/value heads, h query heads, d the model's width.
 *
 * @param kNorm {@code [b, p, g]} norms of keys as they enter the scores
 * @param vNorm {@code [b, p, g]}
 * @param qNorm {@code [b, p, h]}
 * @param cosSink {@code [b, h, p]} cos(q_t, k_0)
 * @param cosOthers {@code [b, h, p]} cos(q_t, k_j), mean over keys 1 ≤ j ≤ t; 0 at t = 0
 * @param mass {@code [b, h, p]} pattern A_{t,0}
 * @param writes what the heads write, where it was asked for; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record LayerMechanism(
    int layer,
    Axes axes,
    float[] kNorm,
    float[] vNorm,
    float[] qNorm,
    float[] cosSink,
    float[] cosOthers,
    float[] mass,
    Writes writes) {

  /** Lengths of the axes. */
  record Axes(int samples, int positions, int groups, int heads) {
    int group(int head) {
      return head / (heads / groups);
    }

    /** Where {@code [sample, head, position]} stands. */
    int at(int sample, int head, int position) {
      return (sample * heads + head) * positions + position;
    }

    /** Where {@code [sample, position, group]} stands. */
    int keyAt(int sample, int position, int group) {
      return (sample * positions + position) * groups + group;
    }

    /** Where {@code [sample, position, head]} stands. */
    int queryAt(int sample, int position, int head) {
      return (sample * positions + position) * heads + head;
    }
  }

  /**
   * What heads write into the stream, output bias and post-norm left out: the sink's part u_t =
   * A_{t,0} v_0 W_O, the whole o_t = z_t W_O and the rest r_t = o_t − u_t.
   *
   * @param sinkNorm {@code [b, h, p]} ‖u_t‖
   * @param wholeNorm {@code [b, h, p]} ‖o_t‖
   * @param restNorm {@code [b, h, p]} ‖r_t‖
   * @param sinkSum {@code [h][d]} Σ u_t over samples and t ≥ 1
   * @param restSum {@code [h][d]} Σ r_t likewise
   */
  record Writes(
      float[] sinkNorm,
      float[] wholeNorm,
      float[] restNorm,
      double[][] sinkSum,
      double[][] restSum) {
    static final Writes NONE =
        new Writes(new float[0], new float[0], new float[0], new double[0][], new double[0][]);
  }

  /** Mean over groups and positions 1 and later of key or value norms of one sample. */
  double othersNorm(float[] norms, int sample) {
    int from = axes.keyAt(sample, 1, 0);
    return mean(norms, from, axes.keyAt(sample + 1, 0, 0));
  }

  /** Mean over groups of key or value norms at position 0 of one sample. */
  double sinkNorm(float[] norms, int sample) {
    return mean(norms, axes.keyAt(sample, 0, 0), axes.keyAt(sample, 1, 0));
  }

  /** Mean over heads and queries 1 and later of one sample. */
  double queryMean(float[] values, int sample) {
    double sum = 0;
    for (int head = 0; head < axes.heads(); head++) {
      sum += mean(values, axes.at(sample, head, 1), axes.at(sample, head + 1, 0));
    }
    return sum / axes.heads();
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (float value : Arrays.copyOfRange(values, from, to)) {
      sum += value;
    }
    return sum / (to - from);
  }
}
