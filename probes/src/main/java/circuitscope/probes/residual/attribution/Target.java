package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import java.util.Arrays;

/**
 * The logit that is attributed: z_a, z_a − z_b, or z_a less the vocabulary's mean, before a soft
 * cap.
 *
 * @param answers {@code [position]} a at each position
 * @param direction {@code [position, dModel]} what the normalised stream is multiplied with
 * @param bias {@code [position, 1]} of the unembedding
 * @param observed {@code [position]} the model's own values
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Target(int[] answers, NDArray direction, NDArray bias, float[] observed) {
  /** Logits are compared with the vocabulary's mean. */
  static final int MEAN = -1;

  /** Logits are taken as they are. */
  static final int NONE = -2;

  /** The model's own most likely token. */
  static final int TOP = -1;

  /** Values of logits that are alive at once. */
  private static final long LOGITS_AT_ONCE = 1L << 24;

  static long bytes(DecoderSpec spec, int positions) {
    long rows = rowsAtOnce(spec, positions);
    return 4L * (4 * rows * spec.vocab() + 3L * positions * spec.dModel());
  }

  private static int rowsAtOnce(DecoderSpec spec, int positions) {
    return Math.clamp(LOGITS_AT_ONCE / spec.vocab(), 1, positions);
  }

  /**
   * The target at each row of the last stream.
   *
   * @param stream {@code [position, dModel]} before the final norm
   * @param answer a token, or {@link #TOP}
   * @param against a token, {@link #MEAN} or {@link #NONE}
   */
  static Target of(Model model, NDArray stream, int answer, int against, NDManager scope) {
    int positions = (int) stream.getShape().get(0);
    int[] answers = new int[positions];
    float[] observed = new float[positions];
    int rows = rowsAtOnce(model.spec(), positions);
    for (int from = 0; from < positions; from += rows) {
      int to = Math.min(positions, from + rows);
      try (NDManager piece = scope.newSubManager()) {
        NDArray logits = uncapped(model, stream.get(piece, new NDIndex("{}:{}", from, to)), piece);
        long[] chosen = new long[to - from];
        if (answer == TOP) {
          chosen = logits.argMax(-1).toLongArray();
        } else {
          Arrays.fill(chosen, answer);
        }
        NDArray ids = piece.create(chosen, new Shape(chosen.length, 1));
        NDArray values = logits.gather(ids, 1).squeeze(1);
        float[] piecewise =
            (against == NONE ? values : values.sub(against(logits, against))).toFloatArray();
        for (int i = 0; i < piecewise.length; i++) {
          answers[from + i] = (int) chosen[i];
          observed[from + i] = piecewise[i];
        }
      }
    }
    return new Target(
        answers,
        direction(model, answers, against, scope),
        bias(model, answers, against, scope),
        observed);
  }

  private static NDArray against(NDArray logits, int against) {
    return against >= 0 ? logits.get(new NDIndex(":, {}", against)) : logits.mean(new int[] {-1});
  }

  /** cap·tanh(z / cap) undone where the model caps. */
  private static NDArray uncapped(Model model, NDArray stream, NDManager scope) {
    NDArray logits =
        model.readOut(stream.expandDims(0), scope).squeeze(0).toType(DataType.FLOAT32, false);
    double cap = model.spec().logitCap();
    if (cap == 0) {
      return logits;
    }
    NDArray ratio = logits.div(cap);
    return ratio.add(1).div(ratio.neg().add(1)).log().mul(cap / 2); // cap·artanh
  }

  private static NDArray direction(Model model, int[] answers, int against, NDManager scope) {
    NDArray table = model.weights().get(Slot.UNEMBED, -1).array(); // [vocab, width]
    NDArray ids = scope.create(Arrays.stream(answers).asLongStream().toArray());
    NDArray rows = Linear.wide(table.get(scope, new NDIndex("{}", ids)), scope);
    if (against != NONE) {
      NDArray other =
          against >= 0
              ? table.get(scope, new NDIndex("{}", against))
              : table.mean(new int[] {0}); // [width]
      rows = rows.sub(Linear.wide(other, scope));
    }
    Weight project = model.weights().find(Slot.EMBED_OUT);
    return project == null ? rows : Linear.back(rows, project, scope);
  }

  private static NDArray bias(Model model, int[] answers, int against, NDManager scope) {
    Weight weight = model.weights().find(Slot.UNEMBED_BIAS);
    float[] bias = new float[answers.length];
    if (weight != null) {
      float[] all = weight.array().toType(DataType.FLOAT32, false).toFloatArray();
      double mean = 0;
      for (float one : all) {
        mean += one / (double) all.length;
      }
      for (int i = 0; i < bias.length; i++) {
        double other = against >= 0 ? all[against] : against == MEAN ? mean : 0;
        bias[i] = (float) (all[answers[i]] - other);
      }
    }
    return scope.create(bias, new Shape(bias.length, 1));
  }
}
