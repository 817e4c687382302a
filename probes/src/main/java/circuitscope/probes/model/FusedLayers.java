package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.trace.SiteKind;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one run as one TorchScript call each, or two around the attention pattern.
 *
 * <p>A layer in which any other value is wanted goes the plain way, alone: {@link #apply} returns
 * null for it. The plain way is what this is tested against.
 */
final class FusedLayers {
  /** Sites that a fused layer never brings to light. */
  private static final Set<SiteKind> INSIDE =
      EnumSet.complementOf(EnumSet.of(SiteKind.RESID_PRE, SiteKind.RESID_POST, SiteKind.PATTERN));

  private static final boolean TF32 = "1".equals(System.getenv(Precision.TF32_VARIABLE));

  private final Forward forward;
  private final Attention attention;
  private final NDArray none;
  private final NDArray marker;
  private final NDArray cos;
  private final NDArray sin;
  private final boolean halfAttention;
  private final List<Slot> project;
  private final List<Slot> write;
  private final Map<List<Object>, NDArray> masks = new HashMap<>();

  FusedLayers(Forward forward, Attention attention, @Nullable RotaryTables tables) {
    this.forward = forward;
    this.attention = attention;
    NDManager run = forward.run();
    none = run.create(new Shape(0));
    marker = run.create(new Shape(0));
    cos = tables == null ? none : tables.paired(false);
    sin = tables == null ? none : tables.paired(true);
    halfAttention = TF32 && run.getDevice().isGpu() && forward.type() == DataType.FLOAT32;
    project = LayerScript.projecting(forward.spec());
    write = LayerScript.writing(forward.spec());
  }

  /**
   * The stream after a layer, or null when the layer must go the plain way. Where the run ends at
   * the layer's pattern, the stream before it.
   *
   * @param x {@code [batch, position, dModel]}, owned by {@code scope}
   * @return {@code [batch, position, dModel]}, owned by {@code scope}
   */
  @Nullable NDArray apply(NDArray x, int layer, NDManager scope) {
    for (SiteKind kind : INSIDE) {
      if (kind.ofLayer() && forward.wants(kind, layer)) {
        return null;
      }
    }
    KeyValueCache cache = forward.cache();
    boolean pattern = forward.wants(SiteKind.PATTERN, layer);
    if (cache != null && pattern) {
      return null;
    }
    LayerScript script = LayerScript.of(forward.spec(), layer, halfAttention);
    NDArray mask = mask(layer);
    if (cache != null) {
      KeyValueCache.Layer held = cache.extended(layer, keysShape(x), forward.type(), scope);
      Stream<NDArray> start = Stream.of(x, cos, sin, mask, held.keys(), held.values());
      Stream<NDArray> weights =
          Stream.concat(arrays(project, layer, scope), arrays(write, layer, scope));
      return script
          .call(LayerScript.Entry.EXTEND, marker, Stream.concat(start, weights))
          .singletonOrThrow();
    }
    if (!pattern) {
      Stream<NDArray> start = Stream.of(x, cos, sin, mask);
      Stream<NDArray> weights =
          Stream.concat(arrays(project, layer, scope), arrays(write, layer, scope));
      return script
          .call(LayerScript.Entry.FORWARD, marker, Stream.concat(start, weights))
          .singletonOrThrow();
    }
    Stream<NDArray> norm = arrays(List.of(Slot.LN1_WEIGHT, Slot.LN1_BIAS), layer, scope);
    Stream<NDArray> read = Stream.concat(arrays(project, layer, scope), norm);
    NDList parts =
        script.call(
            LayerScript.Entry.BEFORE_PATTERN,
            marker,
            Stream.concat(Stream.of(x, cos, sin, mask), read));
    NDArray met = forward.tap(SiteKind.PATTERN, layer, parts.get(0));
    if (forward.endsAtPattern(layer)) {
      return x;
    }
    Stream<NDArray> start = Stream.of(x, met, parts.get(1), parts.get(2));
    return script
        .call(
            LayerScript.Entry.AFTER_PATTERN,
            marker,
            Stream.concat(start, arrays(write, layer, scope)))
        .singletonOrThrow();
  }

  /** Keys or values of the run's own positions. */
  private Shape keysShape(NDArray x) {
    AttentionSpec spec = forward.spec().attention();
    return new Shape(x.getShape().get(0), spec.groups(), forward.positions(), spec.dHead());
  }

  /** What is added to the scores; nothing where they are only causal. */
  private NDArray mask(int layer) {
    DecoderSpec spec = forward.spec();
    int keys = forward.keys();
    int window = spec.attention().windows().get(layer);
    int reach = window > 0 && window < keys ? window : 0;
    if (!(spec.positions() instanceof Positions.Alibi alibi)) {
      boolean onlyCausal = forward.positions() == 1 || forward.positions() == keys;
      return reach == 0 && onlyCausal ? none : forward.mask(reach);
    }
    return masks.computeIfAbsent(
        List.of(reach, spec.attention().scales().get(layer)),
        key ->
            attention
                .distanceBias(alibi, layer, keys)
                .add(forward.mask(reach))); // [head, query, key]
  }

  /** Parameters as this run uses them, matrices {@code [out, in]}, nothing for absent ones. */
  private Stream<NDArray> arrays(List<Slot> slots, int layer, NDManager scope) {
    return slots.stream().map(slot -> array(slot, layer, scope));
  }

  private NDArray array(Slot slot, int layer, NDManager scope) {
    Weight weight = forward.weight(slot, layer);
    if (weight == null) {
      return none;
    }
    NDArray used = forward.used(weight, scope);
    if (!weight.inOut()) {
      return used;
    }
    NDArray outIn = used.transpose();
    outIn.attach(scope);
    return outIn;
  }
}
