package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import org.jspecify.annotations.Nullable;

/**
 * The norm through which a reader sees the stream, y = w ∘ x̂ + b, and its vector-Jacobian product.
 *
 * @param weight {@code [dModel]}, with Gemma's 1 added; null for none
 */
record StreamNorm(Norm norm, @Nullable NDArray weight, @Nullable NDArray bias) {
  private static final int[] LAST = {-1};

  static StreamNorm of(Model model, Slot weightSlot, Slot biasSlot, int layer, NDManager scope) {
    Norm norm = model.spec().norm();
    NDArray weight = own(model.weights().find(weightSlot, layer), scope);
    if (weight != null && norm.kind() == Norm.Kind.RMS_PLUS_ONE) {
      weight = weight.add(1);
    }
    return new StreamNorm(norm, weight, own(model.weights().find(biasSlot, layer), scope));
  }

  private static @Nullable NDArray own(@Nullable Weight weight, NDManager scope) {
    return weight == null ? null : Projections.view(weight, scope);
  }

  /** y of the stream {@code [.., dModel]}, statistics its own. */
  NDArray apply(NDArray x) {
    NDArray y = ratio(x);
    y = weight == null ? y : y.mul(weight);
    return bias == null ? y : y.add(bias);
  }

  /** x̂: the centred stream over its scale. */
  NDArray ratio(NDArray x) {
    NDArray centred = centred(x);
    return centred.div(scale(centred));
  }

  private NDArray centred(NDArray x) {
    return norm.centres() ? x.sub(x.mean(LAST, true)) : x;
  }

  private NDArray scale(NDArray centred) {
    return centred.square().mean(LAST, true).add(norm.epsilon()).sqrt();
  }

  /**
   * What a norm after a branch makes of one part of that branch's output, its scale held: linear,
   * so that the parts add up.
   *
   * @param part {@code [.., dModel]}, already over the scale
   */
  NDArray frozen(NDArray part) {
    NDArray centred = centred(part);
    return weight == null ? centred : centred.mul(weight);
  }

  /**
   * ∂m/∂x = (g − mean g − x̂ ∘ mean(x̂ ∘ g)) / s with g = w ∘ ∂m/∂y; RMS norms have no mean of g.
   *
   * @param gradient ∂m/∂y {@code [reader, batch·position, dModel]}
   * @param x the stream {@code [batch·position, dModel]}
   */
  NDArray pullBack(NDArray gradient, NDArray x) {
    NDArray centred = centred(x);
    NDArray scale = scale(centred);
    NDArray ratio = centred.div(scale);
    NDArray g = weight == null ? gradient : gradient.mul(weight);
    NDArray along = g.mul(ratio).mean(LAST, true).mul(ratio);
    NDArray free = norm.centres() ? g.sub(g.mean(LAST, true)) : g;
    return free.sub(along).divi(scale);
  }
}
