package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.trace.SiteKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attention of one run in plain array operations.
 *
 * <p>Symbols follow Elhage et al. 2021: q, k, v from the normalised stream, pattern A =
 * softmax(q·kᵀ), z = A·v, result = z·W_O by head. Under grouped-query attention the queries of a
 * group are folded into the query axis, so keys and values are never copied.
 */
final class Attention {
  private final Forward forward;
  private final AttentionSpec spec;
  private final @Nullable RotaryTables rotary;
  private final Map<Double, NDArray> distanceBiases = new HashMap<>();

  Attention(Forward forward, AttentionSpec spec, @Nullable RotaryTables rotary) {
    this.forward = forward;
    this.spec = spec;
    this.rotary = rotary;
  }

  private record Heads(NDArray q, NDArray k, NDArray v) {}

  /**
   * What attention writes, output bias included, before any post-norm.
   *
   * @param x {@code [batch, position, dModel]}
   * @return {@code [batch, position, dModel]}, owned by {@code outer}
   */
  NDArray apply(NDArray x, int layer, NDManager outer) {
    try (NDManager scope = outer.newSubManager()) {
      NDManager owner = x.getManager();
      x.attach(scope);
      Heads heads = project(x, layer, scope);
      x.attach(owner);
      NDArray q = forward.tap(SiteKind.Q, layer, heads.q()); // [batch, position, head, dHead]
      NDArray k = forward.tap(SiteKind.K, layer, heads.k()); // [batch, position, group, dHead]
      NDArray v = forward.tap(SiteKind.V, layer, heads.v());
      q = normed(q, Slot.Q_NORM_WEIGHT, Slot.Q_NORM_BIAS, layer, scope);
      k = normed(k, Slot.K_NORM_WEIGHT, Slot.K_NORM_BIAS, layer, scope);
      if (rotary != null) {
        q = forward.tap(SiteKind.ROT_Q, layer, rotary.turn(q));
        k = forward.tap(SiteKind.ROT_K, layer, rotary.turn(k));
      }
      NDArray z =
          forward.tap(SiteKind.Z, layer, mix(q, k, v, layer)); // [batch, position, head, dHead]
      NDArray out = write(z, layer, scope);
      out.attach(outer);
      return out;
    }
  }

  private Heads project(NDArray x, int layer, NDManager scope) {
    long batch = x.getShape().get(0);
    long positions = x.getShape().get(1);
    long e = spec.dHead();
    Shape queries = new Shape(batch, positions, spec.heads(), e);
    Shape keys = new Shape(batch, positions, spec.groups(), e);
    return switch (spec.projection()) {
      case SEPARATE ->
          new Heads(
              forward.linear(x, Slot.Q, Slot.Q_BIAS, layer, scope).reshape(queries),
              forward.linear(x, Slot.K, Slot.K_BIAS, layer, scope).reshape(keys),
              forward.linear(x, Slot.V, Slot.V_BIAS, layer, scope).reshape(keys));
      case CONCATENATED -> {
        long q = spec.heads() * e;
        NDList parts =
            forward
                .linear(x, Slot.QKV, Slot.QKV_BIAS, layer, scope)
                .split(new long[] {q, q + spec.groups() * e}, 2);
        yield new Heads(
            parts.get(0).reshape(queries), parts.get(1).reshape(keys), parts.get(2).reshape(keys));
      }
      case GROUPED -> {
        long n = spec.headsPerGroup();
        NDList parts =
            forward
                .linear(x, Slot.QKV, Slot.QKV_BIAS, layer, scope)
                .reshape(batch, positions, spec.groups(), n + 2, e)
                .split(new long[] {n, n + 1}, 3);
        yield new Heads(
            parts.get(0).reshape(queries), parts.get(1).reshape(keys), parts.get(2).reshape(keys));
      }
    };
  }

  private NDArray normed(
      NDArray heads, Slot weightSlot, Slot biasSlot, int layer, NDManager scope) {
    Weight weight = forward.weight(weightSlot, layer);
    if (weight == null) {
      return heads;
    }
    Weight bias = forward.weight(biasSlot, layer);
    if (spec.queryKeyNorm() != AttentionSpec.QueryKeyNorm.WHOLE) {
      return forward.normalise(heads, weight, bias, scope);
    }
    Shape shape = heads.getShape();
    NDArray flat = heads.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3));
    return forward.normalise(flat, weight, bias, scope).reshape(shape);
  }

  /** softmax(q·kᵀ)·v: {@code [batch, position, head, dHead]}. */
  private NDArray mix(NDArray q, NDArray k, NDArray v, int layer) {
    long batch = q.getShape().get(0);
    long positions = q.getShape().get(1);
    long e = spec.dHead();
    long h = spec.heads();
    long g = spec.groups();
    NDArray keys = k.transpose(0, 2, 1, 3); // [batch, group, key, dHead]
    NDArray values = v.transpose(0, 2, 1, 3);
    KeyValueCache cache = forward.cache();
    if (cache != null) {
      KeyValueCache.Layer held =
          cache.extended(layer, keys.getShape(), keys.getDataType(), keys.getManager());
      held.write(keys, values);
      keys = held.keys();
      values = held.values();
    }
    long t = keys.getShape().get(2);
    NDArray folded =
        q.transpose(0, 2, 1, 3)
            .mul(spec.scales().get(layer))
            .reshape(batch, g, spec.headsPerGroup() * positions, e);
    NDArray keysTransposed = keys.transpose(0, 1, 3, 2);
    NDArray scores = folded.matMul(keysTransposed).reshape(batch, h, positions, t);
    keysTransposed.close();
    if (spec.softCap() > 0) {
      scores = scores.divi(spec.softCap()).tanh().mul(spec.softCap());
    }
    if (forward.spec().positions() instanceof Positions.Alibi bias) {
      scores = scores.addi(distanceBias(bias, layer, Math.toIntExact(t)));
    }
    scores = scores.addi(forward.mask(spec.windows().get(layer)));
    NDArray met = forward.tap(SiteKind.ATTN_SCORES, layer, scores);
    NDArray pattern = forward.tap(SiteKind.PATTERN, layer, met.softmax(-1));
    scores.close();
    NDArray z = pattern.reshape(batch, g, spec.headsPerGroup() * positions, t).matMul(values);
    return z.reshape(batch, h, positions, e).transpose(0, 2, 1, 3);
  }

  /** slope × key position, {@code [head, 1, key]}; the same as −slope × distance after softmax. */
  NDArray distanceBias(Positions.Alibi alibi, int layer, int keys) {
    double factor = alibi.scaledWithScores() ? spec.scales().get(layer) : 1;
    return distanceBiases.computeIfAbsent(
        factor,
        f -> {
          float[] values = alibi.bias(spec.heads(), keys, f);
          NDArray bias = forward.run().create(values, new Shape(spec.heads(), 1, keys));
          return bias.toType(forward.type(), false);
        });
  }

  /** Σ_h z_h·W_O^h + b_O; by head when someone taps the heads' results. */
  private NDArray write(NDArray z, int layer, NDManager scope) {
    Shape shape = z.getShape(); // [batch, position, head, dHead]
    long h = spec.heads();
    long e = spec.dHead();
    if (!forward.wants(SiteKind.RESULT, layer)) {
      NDArray flat = z.reshape(shape.get(0), shape.get(1), h * e);
      return forward.linear(flat, Slot.O, Slot.O_BIAS, layer, scope);
    }
    Weight o = java.util.Objects.requireNonNull(forward.weight(Slot.O, layer));
    NDArray stored = forward.used(o, scope);
    NDArray inOut = o.inOut() ? stored.reshape(stored.getShape()) : stored.transpose();
    inOut.attach(scope);
    NDArray byHead = inOut.reshape(h, e, inOut.getShape().get(1)); // [head, dHead, dModel]
    NDArray rows = z.transpose(2, 0, 1, 3).reshape(h, shape.get(0) * shape.get(1), e);
    NDArray result =
        rows.matMul(byHead)
            .reshape(h, shape.get(0), shape.get(1), byHead.getShape().get(2))
            .transpose(1, 2, 0, 3);
    NDArray out = forward.tap(SiteKind.RESULT, layer, result).sum(new int[] {2});
    Weight bias = forward.weight(Slot.O_BIAS, layer);
    return bias == null ? out : out.add(forward.used(bias, scope));
  }
}
