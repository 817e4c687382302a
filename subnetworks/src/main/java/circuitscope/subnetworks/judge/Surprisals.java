package circuitscope.subnetworks.judge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Steps;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.Target;
import java.util.Arrays;
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

  /** Logits scored at once: as many again are needed on the way. */
  private static final long VALUES_AT_ONCE = 1L << 25;

  /** In place of the token after the last. */
  private static final long NONE = -1;

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
      @Nullable BigramTarget target,
      int batch,
      Progress progress) {
    int count = sequences.count();
    Surprisals read =
        new Surprisals(
            new float[count][], new float[count][], new double[target == null ? 0 : count]);
    progress.begin(count, "sequences");
    for (int from = 0; from < count; from += batch) {
      int to = Math.min(count, from + batch);
      int[][] ids = sequences.rows(from, to);
      try (NDManager scope = model.newManager()) {
        NDArray logits = model.logits(TokenBatch.of(ids), taps, null, scope);
        long values = logits.size() / ids.length;
        int atOnce = Math.clamp(VALUES_AT_ONCE / values, 1, ids.length);
        for (int row = 0; row < ids.length; row += atOnce) {
          int end = Math.min(ids.length, row + atOnce);
          try (NDManager piece = scope.newSubManager()) {
            NDArray z = logits.get(piece, new NDIndex("{}:{}", row, end));
            read.score(z, Arrays.copyOfRange(ids, row, end), vocab, target, from + row, piece);
          }
        }
      }
      progress.advanceTo(to);
    }
    return read;
  }

  /** Scores some sequences together, the first of which is number {@code first}. */
  private void score(
      NDArray logits,
      int[][] ids,
      int vocab,
      @Nullable BigramTarget target,
      int first,
      NDManager scope) {
    int length = ids[0].length;
    NDArray z = logits.reshape(new Shape(-1, logits.getShape().get(2)));
    if (z.getDataType() == DataType.FLOAT16) {
      z = z.toType(DataType.FLOAT32, false);
    }
    long[] next = new long[ids.length * length];
    for (int i = 0; i < next.length; i++) {
      int position = i % length;
      next[i] = position + 1 < length ? ids[i / length][position + 1] : NONE;
    }
    NDList scored =
        Steps.call(Target.STEP, "surprisals", scope, z, scope.create(next), (long) vocab);
    float[] cutBits = bits(scored.get(0));
    float[] paddedBits = bits(scored.get(1));
    for (int i = 0; i < ids.length; i++) {
      cut[first + i] = Arrays.copyOfRange(cutBits, i * length, (i + 1) * length - 1);
      padded[first + i] = Arrays.copyOfRange(paddedBits, i * length, (i + 1) * length - 1);
    }
    if (target != null) {
      NDArray expected = target.expectedLogits(z, TokenBatch.of(ids), scope);
      double[] crossEntropies = wide(scored.get(2).sub(expected));
      for (int i = 0; i < crossEntropies.length; i++) {
        targetBits[first + i / length] += crossEntropies[i] / length / LN_2;
      }
    }
  }

  private static double[] wide(NDArray values) {
    return values.toType(DataType.FLOAT64, true).toDoubleArray();
  }

  private static float[] bits(NDArray nats) {
    double[] values = wide(nats);
    float[] bits = new float[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (float) (values[i] / LN_2);
    }
    return bits;
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
