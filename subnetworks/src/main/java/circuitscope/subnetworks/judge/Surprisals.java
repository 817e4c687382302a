package circuitscope.subnetworks.judge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Steps;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.train.Target;
import circuitscope.subnetworks.train.TrainingSequences;
import org.jspecify.annotations.Nullable;

/**
 * How surprising a model finds each next token of some sequences, in bits; logits stay on the
 * device.
 *
 * @param cut {@code [sequence][position]}, positions 0 … T−2: −log₂ P(next), the softmax over the
 *     tokenizer's vocabulary
 * @param padded the same with the softmax over all of the model's rows
 * @param targetBits {@code [sequence]} mean cross-entropy to a target over positions 0 … T−1; empty
 *     when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Surprisals(float[][] cut, float[][] padded, double[] targetBits) {
  private static final double LN_2 = Math.log(2);

  /**
   * Runs a model over sequences.
   *
   * @param vocab the tokenizer's vocabulary
   * @param taps under which the model runs
   * @param target to which the cross-entropy is taken; null for none
   */
  static Surprisals of(
      Model model,
      Taps taps,
      TrainingSequences sequences,
      int vocab,
      @Nullable Target target,
      int batch,
      Progress progress) {
    int count = sequences.count();
    float[][] cut = new float[count][];
    float[][] padded = new float[count][];
    double[] targetBits = new double[target == null ? 0 : count];
    progress.begin(count, "sequences");
    for (int from = 0; from < count; from += batch) {
      int to = Math.min(count, from + batch);
      int[][] ids = sequences.rows(from, to);
      try (NDManager scope = model.newManager()) {
        NDArray logits = model.logits(TokenBatch.of(ids), taps, null, scope);
        for (int row = from; row < to; row++) {
          NDArray z = logits.get(scope, new NDIndex("{}", row - from));
          if (z.getDataType() == DataType.FLOAT16) {
            z = z.toType(DataType.FLOAT32, false);
          }
          int[] tokens = ids[row - from];
          if (target != null) {
            NDArray sum = target.loss(z, TokenBatch.of(tokens), scope).sum();
            targetBits[row] = value(sum) / tokens.length / LN_2;
          }
          read(z, tokens, vocab, scope, row, cut, padded);
        }
      }
      progress.advanceTo(to);
    }
    return new Surprisals(cut, padded, targetBits);
  }

  private static void read(
      NDArray z,
      int[] tokens,
      int vocab,
      NDManager scope,
      int row,
      float[][] cut,
      float[][] padded) {
    int scored = tokens.length - 1;
    long[] next = new long[scored];
    for (int i = 0; i < scored; i++) {
      next[i] = tokens[i + 1];
    }
    NDArray before = z.get(scope, new NDIndex("0:{}", scored));
    NDList both =
        Steps.call(
            Target.STEP,
            "surprisals",
            scope,
            before,
            scope.create(next, new Shape(scored)),
            (long) vocab);
    cut[row] = bits(both.get(0));
    padded[row] = bits(both.get(1));
  }

  private static double value(NDArray scalar) {
    return scalar.toType(DataType.FLOAT64, true).getDouble();
  }

  private static float[] bits(NDArray nats) {
    return nats.toType(DataType.FLOAT64, true)
        .div(LN_2)
        .toType(DataType.FLOAT32, true)
        .toFloatArray();
  }

  /** Mean surprisal of each sequence, infinities as the largest finite value. */
  public double[] means() {
    double largest = largestFinite(padded);
    double[] means = new double[padded.length];
    for (int i = 0; i < means.length; i++) {
      for (float bits : padded[i]) {
        means[i] += Double.isInfinite(bits) ? largest : bits;
      }
      means[i] /= padded[i].length;
    }
    return means;
  }

  static double largestFinite(float[][] values) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float[] row : values) {
      for (float value : row) {
        largest = Float.isInfinite(value) ? largest : Math.max(largest, value);
      }
    }
    return largest;
  }
}
