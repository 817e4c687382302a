package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The TorchScript of one kind of layer ({@code steps/layer.pt}, made from {@code
 * src/main/torchscript/layer.py}), loaded once a process and kept. It holds no weights and may be
 * called from several threads.
 */
final class LayerScript {
  /** The scripts' entry points; see layer.py for their arguments. */
  enum Entry {
    FORWARD,
    EXTEND,
    BEFORE_PATTERN,
    AFTER_PATTERN;

    final String method = name().toLowerCase(java.util.Locale.ROOT);
  }

  /** All that tells one kind of layer from another. */
  private record Kind(
      AttentionSpec attention,
      double scale,
      boolean interleaved,
      Norm norm,
      boolean normBefore,
      boolean normAfter,
      ResidualWiring residual,
      MlpSpec mlp,
      boolean halfAttention) {}

  private static final Map<Kind, LayerScript> LOADED = new ConcurrentHashMap<>();

  private final PtSymbolBlock block;

  private LayerScript(Kind kind) {
    block = Steps.load("layer");
    configure(block, kind);
  }

  /** Sets what does not change from call to call; every script that builds on layer.py has it. */
  private static void configure(PtSymbolBlock block, Kind kind) {
    AttentionSpec attention = kind.attention();
    List<IValue> settings =
        List.of(
            IValue.from((long) attention.heads()),
            IValue.from((long) attention.groups()),
            IValue.from((long) attention.dHead()),
            IValue.from(attention.projection().name()),
            IValue.from(kind.scale()),
            IValue.from(attention.softCap()),
            IValue.from(kind.interleaved()),
            IValue.from(kind.norm().kind().name()),
            IValue.from(kind.norm().epsilon()),
            IValue.from(kind.normBefore()),
            IValue.from(kind.normAfter()),
            IValue.from(kind.residual().name()),
            IValue.from(kind.mlp().activation().name()),
            IValue.from(kind.mlp().projection().name()),
            IValue.from(kind.halfAttention()));
    IValueUtils.runMethod(block, "configure", settings.toArray(IValue[]::new)).close();
    settings.forEach(IValue::close);
  }

  /**
   * The script of a layer.
   *
   * @param halfAttention whether attention without a gradient rounds queries, keys and values to
   *     FP16
   */
  static LayerScript of(DecoderSpec spec, int layer, boolean halfAttention) {
    return LOADED.computeIfAbsent(kind(spec, layer, halfAttention), LayerScript::new);
  }

  /** Configures another script that builds on layer.py; the scale is its first layer's. */
  static void configure(PtSymbolBlock block, DecoderSpec spec) {
    configure(block, kind(spec, 0, false));
  }

  private static Kind kind(DecoderSpec spec, int layer, boolean halfAttention) {
    Rotary rotary = spec.rotary();
    return new Kind(
        spec.attention(),
        spec.attention().scales().get(layer),
        rotary != null && rotary.interleaved(),
        spec.norm(),
        spec.normPlacement().before(),
        spec.normPlacement().after(),
        spec.residual(),
        spec.mlp(),
        halfAttention);
  }

  /** The weights that {@code project} takes, in its order. */
  static List<Slot> projecting(DecoderSpec spec) {
    boolean apart = spec.attention().projection() == AttentionSpec.Projection.SEPARATE;
    return List.of(
        apart ? Slot.Q : Slot.QKV,
        Slot.K,
        Slot.V,
        apart ? Slot.Q_BIAS : Slot.QKV_BIAS,
        Slot.K_BIAS,
        Slot.V_BIAS,
        Slot.Q_NORM_WEIGHT,
        Slot.Q_NORM_BIAS,
        Slot.K_NORM_WEIGHT,
        Slot.K_NORM_BIAS);
  }

  /** The weights that {@code write} takes, in its order. */
  static List<Slot> writing(DecoderSpec spec) {
    boolean joined = spec.mlp().projection() == MlpSpec.Projection.GATED_CONCATENATED;
    return List.of(
        Slot.O,
        Slot.O_BIAS,
        Slot.LN1_WEIGHT,
        Slot.LN1_BIAS,
        Slot.LN1_POST_WEIGHT,
        Slot.LN1_POST_BIAS,
        Slot.LN2_WEIGHT,
        Slot.LN2_BIAS,
        Slot.LN2_POST_WEIGHT,
        Slot.LN2_POST_BIAS,
        joined ? Slot.GATE_UP : Slot.UP,
        Slot.UP_BIAS,
        Slot.GATE,
        Slot.GATE_BIAS,
        Slot.DOWN,
        Slot.DOWN_BIAS);
  }

  /** All weights of a layer, as the entries that run it whole take them. */
  static List<Slot> slots(DecoderSpec spec) {
    return Stream.concat(projecting(spec).stream(), writing(spec).stream()).toList();
  }

  /**
   * Calls the script; gradients flow through it when the thread records them.
   *
   * @param inputs the entry's arguments in order, unnamed; the first one's manager owns the results
   * @param marker an array to carry the entry's name; its own content is not read
   */
  NDList call(Entry entry, NDArray marker, Stream<NDArray> inputs) {
    NDList list = new NDList(inputs.toList());
    marker.setName("module_method:" + entry.method);
    list.add(marker);
    return Steps.run(block, list);
  }
}
