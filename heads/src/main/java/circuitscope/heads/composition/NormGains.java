package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import org.jspecify.annotations.Nullable;

/**
 * What is linear in the norms, folded into the matrices beside them: the gain, and for norms that
 * centre, taking the mean away. The scale 1/σ, which depends on the input, and biases stay out.
 *
 * <p>The norm before attention goes into the rows of W_Q, W_K and W_V, a norm after it into the
 * columns of W_O, those of queries and keys into the columns of W_Q and W_K, and the final norm
 * into the rows of the unembedding.
 */
record NormGains(Model model, NDManager scope) {

  LayerFactors folded(LayerFactors raw, int layer) {
    DecoderSpec spec = model.spec();
    NDArray q = raw.q();
    NDArray k = raw.k();
    NDArray v = raw.v();
    NDArray o = raw.o();
    if (spec.normPlacement().before()) {
      Weight weight = model.weights().find(Slot.LN1_WEIGHT, layer);
      q = rows(q, weight);
      k = rows(k, weight);
      v = rows(v, weight);
    }
    if (spec.normPlacement().after()) {
      o = columns(o, gain(model.weights().find(Slot.LN1_POST_WEIGHT, layer)));
    }
    if (spec.attention().queryKeyNorm() != AttentionSpec.QueryKeyNorm.NONE) {
      q = columns(q, headGain(Slot.Q_NORM_WEIGHT, layer));
      k = columns(k, headGain(Slot.K_NORM_WEIGHT, layer));
    }
    return new LayerFactors(q, k, v, o);
  }

  /** The final norm folded into {@code [dModel, out]}. */
  NDArray foldedFinal(NDArray unembedding) {
    return model.spec().normPlacement().last()
        ? rows(unembedding, model.weights().find(Slot.FINAL_NORM_WEIGHT))
        : unembedding;
  }

  /** (x − mean)∘w · W = x · W′: rows times w, then the mean row taken away. */
  private NDArray rows(NDArray matrix, @Nullable Weight weight) {
    NDArray gain = gain(weight);
    NDArray scaled = gain == null ? matrix : matrix.mul(gain.expandDims(-1));
    int axis = matrix.getShape().dimension() - 2;
    return centres() ? scaled.sub(scaled.mean(new int[] {axis}, true)) : scaled;
  }

  /** (y − mean)∘w for y = z·W: the mean column taken away, then columns times w. */
  private NDArray columns(NDArray matrix, @Nullable NDArray gain) {
    NDArray centred = centres() ? matrix.sub(matrix.mean(new int[] {-1}, true)) : matrix;
    return gain == null ? centred : centred.mul(gain);
  }

  private boolean centres() {
    return model.spec().norm().centres();
  }

  private @Nullable NDArray gain(@Nullable Weight weight) {
    if (weight == null) {
      return null;
    }
    NDArray own = LayerFactors.wide(weight.array(), scope);
    return model.spec().norm().kind() == Norm.Kind.RMS_PLUS_ONE ? own.add(1) : own;
  }

  /** Gains of queries or keys, {@code [head or 1, 1, dHead]}, those of a group repeated. */
  private @Nullable NDArray headGain(Slot slot, int layer) {
    NDArray gain = gain(model.weights().find(slot, layer));
    if (gain == null) {
      return null;
    }
    AttentionSpec spec = model.spec().attention();
    long e = spec.dHead();
    long own = gain.size() / e; // 1, or as many as there are query or key heads
    if (own == 1 || own == spec.heads()) {
      return gain.reshape(own, 1, e);
    }
    long n = spec.headsPerGroup();
    return gain.reshape(own, 1, 1, e).broadcast(new Shape(own, n, 1, e)).reshape(own * n, 1, e);
  }
}
