package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of the decoder in plain array operations: tokens to residual stream to logits.
 *
 * <p>This is the reference that {@link FusedLayers}, which runs the layers that nobody looks into,
 * is tested against. It meets {@link Taps} at each named site and knows nothing of what they do.
 */
final class Forward {
  private final DecoderSpec spec;
  private final Weights weights;
  private final WeightTransform transform;
  private final Taps taps;
  private final @Nullable KeyValueCache cache;
  private final NDManager run;
  private final DataType type;
  private final int from;
  private final Attention attention;
  private final FusedLayers fused;
  private final Map<Integer, NDArray> masks = new HashMap<>();
  private final int positions;
  private final NDArray ids;
  private int endsAtPattern = -1; // layer

  /**
   * @param ids {@code [batch, position]} int64 on the model's device
   * @param run owner of what the run keeps; layers use sub-managers of it
   */
  Forward(
      DecoderSpec spec,
      Weights weights,
      WeightTransform transform,
      NDArray ids,
      Taps taps,
      @Nullable KeyValueCache cache,
      NDManager run) {
    this.spec = spec;
    this.weights = weights;
    this.transform = transform;
    this.taps = taps;
    this.cache = cache;
    this.run = run;
    this.ids = ids;
    this.type = weights.get(Slot.EMBED, -1).array().getDataType();
    this.from = cache == null ? 0 : cache.length();
    this.positions = Math.toIntExact(ids.getShape().get(1));
    Rotary rotary = spec.rotary();
    RotaryTables tables =
        rotary == null ? null : new RotaryTables(rotary, from, positions, type, run);
    this.attention = new Attention(this, spec.attention(), tables);
    this.fused = new FusedLayers(this, attention, tables);
  }

  /** The residual stream after the last layer, {@code [batch, position, dModel]}. */
  NDArray stream() {
    return stream(embed(), 0);
  }

  /**
   * The same from a layer on.
   *
   * @param x what enters that layer; from here on the run's own
   */
  NDArray stream(NDArray x, int first) {
    return layers(x, first, spec.layers());
  }

  /** Runs as far as anyone looks, and to the end of the layers where nobody looks at all. */
  void toLastWanted() {
    int last = spec.layers() - 1;
    while (last >= 0 && !looksInto(last)) {
      last--;
    }
    boolean nobody = last < 0 && !wants(SiteKind.EMBED, -1) && !wants(SiteKind.POS_EMBED, -1);
    endsAtPattern = last < 0 || wants(SiteKind.RESID_POST, last) ? -1 : last;
    layers(embed(), 0, nobody ? spec.layers() : last + 1);
  }

  private boolean looksInto(int layer) {
    for (SiteKind kind : SiteKind.values()) {
      if (kind.ofLayer() && wants(kind, layer)) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing is wanted of this run beyond the layer's pattern, if that is. */
  boolean endsAtPattern(int layer) {
    return layer == endsAtPattern;
  }

  private NDArray layers(NDArray x, int first, int end) {
    for (int layer = first; layer < end; layer++) {
      try (NDManager scope = run.newSubManager()) {
        x.attach(scope);
        x = layer(x, layer, scope);
        x.attach(run);
      }
    }
    if (cache != null) {
      cache.advance(positions);
    }
    return x;
  }

  /** The stream after the final norm (where there is one), {@code [batch, position, dModel]}. */
  NDArray normalised(NDArray stream) {
    return spec.normPlacement().last() ? norm(stream, NormPlace.LN_FINAL, -1, run) : stream;
  }

  /** Scores of the next token, {@code [batch, position, vocab]}, from the normalised stream. */
  NDArray unembed(NDArray normalised) {
    NDArray out = normalised;
    Weight project = weights.find(Slot.EMBED_OUT);
    if (project != null) {
      out = linear(out, project, null, run);
    }
    NDArray logits =
        linear(out, weights.get(Slot.UNEMBED, -1), weights.find(Slot.UNEMBED_BIAS), run);
    if (spec.logitCap() > 0) {
      logits = logits.divi(spec.logitCap()).tanh().mul(spec.logitCap());
    }
    return logits;
  }

  private NDArray embed() {
    try (NDManager scope = run.newSubManager()) {
      NDArray x = used(weights.get(Slot.EMBED, -1), scope).get(scope, new NDIndex("{}", ids));
      Weight project = weights.find(Slot.EMBED_IN);
      if (project != null) {
        x = linear(x, project, null, scope);
      }
      if (spec.embedding().scale() != 1) {
        x = x.mul(spec.embedding().scale());
      }
      if (spec.embedding().normed()) {
        x =
            normalise(
                x,
                weights.get(Slot.EMBED_NORM_WEIGHT, -1),
                weights.find(Slot.EMBED_NORM_BIAS),
                scope);
      }
      x = tap(SiteKind.EMBED, -1, x);
      if (spec.positions() instanceof Positions.Learned(int offset)) {
        x = x.add(tap(SiteKind.POS_EMBED, -1, positionRows(offset, scope)));
      }
      x.attach(run);
      return x;
    }
  }

  private NDArray positionRows(int offset, NDManager scope) {
    int first = from + offset;
    NDArray rows =
        used(weights.get(Slot.POSITION_EMBED, -1), scope)
            .get(scope, new NDIndex("{}:{}", first, first + positions));
    Shape shape = new Shape(ids.getShape().get(0), positions, spec.dModel());
    return rows.expandDims(0).broadcast(shape);
  }

  private NDArray layer(NDArray stream, int layer, NDManager scope) {
    NDArray x = tap(SiteKind.RESID_PRE, layer, stream);
    NDArray whole = fused.apply(x, layer, scope);
    if (whole != null) {
      return tap(SiteKind.RESID_POST, layer, whole);
    }
    NDArray attentionIn = spec.normPlacement().before() ? norm(x, NormPlace.LN1, layer, scope) : x;
    NDArray attentionOut = attention.apply(attentionIn, layer, scope);
    if (spec.normPlacement().after()) {
      attentionOut = norm(attentionOut, NormPlace.LN1_POST, layer, scope);
    }
    attentionOut = tap(SiteKind.ATTN_OUT, layer, attentionOut);

    if (spec.residual().parallel()) {
      NDArray mlpIn =
          spec.residual() == ResidualWiring.PARALLEL_SHARED_NORM
              ? attentionIn
              : norm(x, NormPlace.LN2, layer, scope);
      NDArray out = x.add(attentionOut).add(mlp(mlpIn, layer, scope));
      return tap(SiteKind.RESID_POST, layer, out);
    }

    NDArray base = spec.residual() == ResidualWiring.SEQUENTIAL_FROM_NORM ? attentionIn : x;
    NDArray mid = base.add(attentionOut);
    if (spec.residual() == ResidualWiring.NORM_AFTER_ADD) {
      mid = norm(mid, NormPlace.LN1, layer, scope);
    }
    mid = tap(SiteKind.RESID_MID, layer, mid);
    NDArray mlpIn = spec.normPlacement().before() ? norm(mid, NormPlace.LN2, layer, scope) : mid;
    base = spec.residual() == ResidualWiring.SEQUENTIAL_FROM_NORM ? mlpIn : mid;
    NDArray out = base.add(mlp(mlpIn, layer, scope));
    if (spec.residual() == ResidualWiring.NORM_AFTER_ADD) {
      out = norm(out, NormPlace.LN2, layer, scope);
    }
    return tap(SiteKind.RESID_POST, layer, out);
  }

  /** down(act(in x)), or down(act(gate x) ∘ up x) when gated: {@code [batch, position, dModel]}. */
  private NDArray mlp(NDArray x, int layer, NDManager outer) {
    NDManager owner = x.getManager();
    try (NDManager scope = outer.newSubManager()) {
      x.attach(scope);
      MlpSpec mlp = spec.mlp();
      NDArray pre;
      NDArray up = null;
      switch (mlp.projection()) {
        case PLAIN -> pre = linear(x, Slot.UP, Slot.UP_BIAS, layer, scope);
        case GATED -> {
          pre = linear(x, Slot.GATE, Slot.GATE_BIAS, layer, scope);
          up = linear(x, Slot.UP, Slot.UP_BIAS, layer, scope);
        }
        case GATED_CONCATENATED -> {
          var halves =
              linear(x, Slot.GATE_UP, null, layer, scope).split(new long[] {mlp.dMlp()}, 2);
          pre = halves.get(0);
          up = halves.get(1);
        }
        default -> throw new IllegalStateException("unknown MLP " + mlp.projection());
      }
      pre = tap(SiteKind.MLP_PRE, layer, pre);
      NDArray post = mlp.activation().apply(pre);
      if (up != null) {
        post = post.mul(tap(SiteKind.MLP_PRE_LINEAR, layer, up));
      }
      post = tap(SiteKind.MLP_POST, layer, post);
      NDArray out = linear(post, Slot.DOWN, Slot.DOWN_BIAS, layer, scope);
      if (spec.normPlacement().after()) {
        out = norm(out, NormPlace.LN2_POST, layer, scope);
      }
      out = tap(SiteKind.MLP_OUT, layer, out);
      x.attach(owner);
      out.attach(outer);
      return out;
    }
  }

  /** The value at a site, after whoever taps it. */
  NDArray tap(SiteKind kind, int layer, NDArray value) {
    Site site = new Site(kind, layer);
    if (!taps.wants(site)) {
      return value;
    }
    NDArray met = taps.at(site, value);
    if (!met.getShape().equals(value.getShape())) {
      throw new IllegalArgumentException(
          "%s has shape %s; its replacement has %s"
              .formatted(site, value.getShape(), met.getShape()));
    }
    return met;
  }

  boolean wants(SiteKind kind, int layer) {
    return taps.wants(new Site(kind, layer));
  }

  DecoderSpec spec() {
    return spec;
  }

  @Nullable KeyValueCache cache() {
    return cache;
  }

  DataType type() {
    return type;
  }

  NDManager run() {
    return run;
  }

  int positions() {
    return positions;
  }

  /** Positions that can be looked at: those of the run and those before it in the cache. */
  int keys() {
    return from + positions;
  }

  /** 0 where the query sees the key, −∞ elsewhere: {@code [query, key]}, made once a window. */
  NDArray mask(int window) {
    return masks.computeIfAbsent(
        window,
        w -> {
          int keys = keys();
          NDArray query = run.arange(from, keys, 1, DataType.INT64).reshape(positions, 1);
          NDArray key = run.arange(0, keys, 1, DataType.INT64).reshape(1, keys);
          NDArray hidden = key.gt(query);
          if (w > 0) {
            hidden = hidden.logicalOr(key.lte(query.sub(w)));
          }
          return hidden.logicalNot().toType(DataType.FLOAT32, false).log().toType(type, false);
        });
  }

  NDArray linear(NDArray x, Slot weight, @Nullable Slot bias, int layer, NDManager scope) {
    Weight offset = bias == null ? null : weights.find(bias, layer);
    return linear(x, weights.get(weight, layer), offset, scope);
  }

  /** x·Wᵀ + b over the last axis. */
  NDArray linear(NDArray x, Weight weight, @Nullable Weight bias, NDManager scope) {
    NDArray matrix = used(weight, scope);
    NDArray y;
    if (weight.inOut()) {
      y = x.matMul(matrix);
    } else {
      try (NDArray transposed = matrix.transpose()) {
        y = x.matMul(transposed);
      }
    }
    return bias == null ? y : y.addi(used(bias, scope));
  }

  /** A parameter as this run uses it. */
  NDArray used(Weight weight, NDManager scope) {
    return transform.apply(weight, scope);
  }

  @Nullable Weight weight(Slot slot, int layer) {
    return weights.find(slot, layer);
  }

  private NDArray norm(NDArray x, NormPlace place, int layer, NDManager scope) {
    Weight weight = weights.find(place.weight, layer);
    Weight bias = weights.find(place.bias, layer);
    if (!wants(place.scale, layer) && !wants(place.normalized, layer)) {
      return tap(place.out, layer, normalise(x, weight, bias, scope));
    }
    Norm norm = spec.norm();
    NDArray centred = norm.centres() ? x.sub(x.mean(new int[] {-1}, true)) : x;
    NDArray scale = tap(place.scale, layer, scale(centred));
    NDArray ratio = centred.div(scale);
    if (norm.kind() == Norm.Kind.LAYER) {
      NDArray normalized = tap(place.normalized, layer, affine(ratio, weight, bias, scope));
      return tap(place.out, layer, normalized);
    }
    NDArray normalized = tap(place.normalized, layer, ratio);
    return tap(place.out, layer, affine(normalized, weight, bias, scope));
  }

  /** The norm of the last axis; weights of shape {@code [width]} or {@code [head, width]}. */
  NDArray normalise(NDArray x, @Nullable Weight weight, @Nullable Weight bias, NDManager scope) {
    Norm norm = spec.norm();
    if (norm.kind() == Norm.Kind.LAYER
        && type != DataType.FLOAT64 // the engine's own norm takes an epsilon in FP32
        && weight != null
        && bias != null
        && weight.array().getShape().dimension() == 1) {
      Shape width = new Shape(weight.array().size());
      return ai.djl.nn.norm.LayerNorm.layerNorm(
              x, width, used(weight, scope), used(bias, scope), (float) norm.epsilon())
          .singletonOrThrow();
    }
    NDArray wide = type == DataType.FLOAT64 ? x : Casts.to(x, DataType.FLOAT32);
    NDArray centred = norm.centres() ? wide.sub(wide.mean(new int[] {-1}, true)) : wide;
    NDArray ratio = centred.div(scale(centred));
    return affine(Casts.to(ratio, type), weight, bias, scope);
  }

  /** √(mean square + ε) of the last axis, kept as an axis of length 1. */
  private NDArray scale(NDArray centred) {
    return centred.square().mean(new int[] {-1}, true).add(spec.norm().epsilon()).sqrt();
  }

  private NDArray affine(
      NDArray ratio, @Nullable Weight weight, @Nullable Weight bias, NDManager scope) {
    NDArray out = ratio;
    if (weight != null) {
      NDArray w = used(weight, scope);
      if (spec.norm().kind() == Norm.Kind.RMS_PLUS_ONE) {
        NDArray onePlus = w.add(1);
        onePlus.attach(scope);
        w = onePlus;
      }
      out = out.mul(w);
    }
    return bias == null ? out : out.add(used(bias, scope));
  }
}
