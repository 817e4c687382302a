package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import circuitscope.probes.model.Weights;

/**
 * The matrices of all heads of one layer, vectors standing to their left: q = x·W_Q, result =
 * z·W_O. In FP32 (FP64 when the model is), on the model's device.
 *
 * <p>Under grouped-query attention heads of a group hold the same W_K and W_V. Biases and rotary
 * embeddings are in none of them: with rotary, W_Q·W_Kᵀ is what a query sees of its own position.
 *
 * @param q {@code [head, dModel, dHead]}
 * @param k likewise
 * @param v likewise
 * @param o {@code [head, dHead, dModel]}
 */
record LayerFactors(NDArray q, NDArray k, NDArray v, NDArray o) {

  /** As stored. {@code scope} owns the arrays. */
  static LayerFactors raw(Model model, int layer, NDManager scope) {
    AttentionSpec spec = model.spec().attention();
    Weights weights = model.weights();
    long d = model.spec().dModel();
    long h = spec.heads();
    long g = spec.groups();
    long e = spec.dHead();
    NDArray o = inOut(weights.get(Slot.O, layer), scope).reshape(h, e, d);
    return switch (spec.projection()) {
      case SEPARATE ->
          of(
              spec,
              inOut(weights.get(Slot.Q, layer), scope),
              inOut(weights.get(Slot.K, layer), scope),
              inOut(weights.get(Slot.V, layer), scope),
              o);
      case CONCATENATED -> {
        NDList parts =
            inOut(weights.get(Slot.QKV, layer), scope).split(new long[] {h * e, (h + g) * e}, 1);
        yield of(spec, parts.get(0), parts.get(1), parts.get(2), o);
      }
      case GROUPED -> {
        long n = spec.headsPerGroup();
        NDList parts =
            inOut(weights.get(Slot.QKV, layer), scope)
                .reshape(d, g, n + 2, e)
                .split(new long[] {n, n + 1}, 2);
        yield of(spec, parts.get(0), parts.get(1), parts.get(2), o);
      }
    };
  }

  /** With the norms' gains folded in: see {@link NormGains}. */
  static LayerFactors of(Model model, int layer, boolean foldNorm, NDManager scope) {
    LayerFactors raw = raw(model, layer, scope);
    return foldNorm ? new NormGains(model, scope).folded(raw, layer) : raw;
  }

  private static LayerFactors of(AttentionSpec spec, NDArray q, NDArray k, NDArray v, NDArray o) {
    return new LayerFactors(byHead(spec, q), byHead(spec, k), byHead(spec, v), o);
  }

  /** {@code [dModel, heads · dHead]} to {@code [head, dModel, dHead]}, shared ones repeated. */
  private static NDArray byHead(AttentionSpec spec, NDArray flat) {
    long d = flat.getShape().get(0);
    long e = spec.dHead();
    long own = flat.size() / d / e;
    NDArray heads = flat.reshape(d, own, e).transpose(1, 0, 2);
    if (own == spec.heads()) {
      return heads;
    }
    long n = spec.headsPerGroup();
    return heads.expandDims(1).broadcast(new Shape(own, n, d, e)).reshape(new Shape(own * n, d, e));
  }

  /** A matrix as {@code [in, out]}, a copy of its own. */
  static NDArray inOut(Weight weight, NDManager scope) {
    NDArray own = wide(weight.array(), scope);
    return weight.inOut() ? own : own.transpose();
  }

  /** A copy in FP32, or FP64 where it is in that. */
  static NDArray wide(NDArray array, NDManager scope) {
    DataType type = array.getDataType() == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    NDArray own = array.toType(type, true);
    own.attach(scope);
    return own;
  }
}
