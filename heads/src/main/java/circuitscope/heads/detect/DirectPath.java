package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import org.jspecify.annotations.Nullable;

/**
 * The direct path from what a head writes to the logits of some tokens: the norms on the way with
 * their scales held fixed, and the unembedding; the vocabulary's mean logit is subtracted. Fixed
 * scales are positive factors, so they are left out: only ratios and signs within a position mean
 * anything.
 */
final class DirectPath {
  private final Model model;
  private final NDArray rows; // [token, dModel]

  /**
   * @param ids the tokens whose logits are wanted
   * @param owner of the arrays
   * @throws IllegalArgumentException for a model whose stream is normalised between layers: what a
   *     head writes has no linear way through it
   */
  DirectPath(Model model, long[] ids, NDManager owner) {
    this.model = model;
    DecoderSpec spec = model.spec();
    if (!spec.residual().additive()) {
      throw new IllegalArgumentException(
          "this model normalises the stream itself between layers, so nothing that a head writes"
              + " reaches the logits on a direct path");
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray unembed = outIn(model.weights().get(Slot.UNEMBED, -1), scope); // [vocab, width]
      NDArray wanted = unembed.get(scope, new NDIndex("{}", scope.create(ids)));
      NDArray mean = wide(unembed.mean(new int[] {0}, true));
      NDArray path = wide(wanted).sub(mean); // [token, width]
      Weight out = model.weights().find(Slot.EMBED_OUT);
      if (out != null) {
        path = path.matMul(wide(outIn(out, scope)));
      }
      if (spec.normPlacement().last()) {
        path = through(model.weights().find(Slot.FINAL_NORM_WEIGHT), path);
      }
      rows = path;
      rows.attach(owner);
    }
  }

  /**
   * Logits above the vocabulary's mean, up to a positive factor a position.
   *
   * @param written what heads of a layer write, {@code [batch, any, dModel]}
   * @param perBatch whether the tokens are split evenly over the batch, or all are asked of each
   * @return {@code [batch, any, token]}
   */
  NDArray logits(NDArray written, int layer, boolean perBatch) {
    NDArray path = rows;
    if (model.spec().normPlacement().after()) {
      path = through(model.weights().find(Slot.LN1_POST_WEIGHT, layer), rows);
    }
    long batch = written.getShape().get(0);
    long tokens = path.getShape().get(0);
    long width = path.getShape().get(1);
    NDArray columns =
        perBatch ? path.reshape(batch, tokens / batch, width).transpose(0, 2, 1) : path.transpose();
    return wide(written).matMul(columns);
  }

  /** What a norm of fixed scale makes of logits' rows: x ↦ (x − mean x) ∘ w, seen from its end. */
  private NDArray through(@Nullable Weight weight, NDArray path) {
    Norm norm = model.spec().norm();
    NDArray weighted = path;
    if (weight != null) {
      NDArray w = wide(weight.array());
      weighted = path.mul(norm.kind() == Norm.Kind.RMS_PLUS_ONE ? w.add(1) : w);
    }
    return norm.centres() ? weighted.sub(weighted.mean(new int[] {1}, true)) : weighted;
  }

  private static NDArray outIn(Weight weight, NDManager scope) {
    NDArray view =
        weight.inOut()
            ? weight.array().transpose()
            : weight.array().reshape(weight.array().getShape());
    view.attach(scope);
    return view;
  }

  private static NDArray wide(NDArray array) {
    return array.toType(DataType.FLOAT32, false);
  }
}
