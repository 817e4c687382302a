package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The TorchScript of a whole decoder with its cache ({@code steps/stream.pt}, made from {@code
 * src/main/torchscript/stream.py}). Unlike a {@link LayerScript} it keeps weights and state, so
 * each stream has its own, freed by the manager that owns it.
 */
final class StreamScript {
  /** In the order in which stream.py counts them. */
  private static final List<Slot> OUTER =
      List.of(
          Slot.EMBED,
          Slot.EMBED_IN,
          Slot.EMBED_NORM_WEIGHT,
          Slot.EMBED_NORM_BIAS,
          Slot.POSITION_EMBED,
          Slot.FINAL_NORM_WEIGHT,
          Slot.FINAL_NORM_BIAS,
          Slot.EMBED_OUT,
          Slot.UNEMBED,
          Slot.UNEMBED_BIAS);

  private final PtSymbolBlock block;

  StreamScript(
      DecoderSpec spec,
      Weights weights,
      WeightTransform transform,
      CachePolicy policy,
      NDManager owner) {
    block = Steps.load("stream", owner);
    LayerScript.configure(block, spec);
    bind(spec, weights, transform, owner);
    Positions.@Nullable Alibi alibi =
        spec.positions() instanceof Positions.Alibi found ? found : null;
    int offset = spec.positions() instanceof Positions.Learned(int rows) ? rows : 0;
    set(
        "outside",
        owner,
        spec.embedding().scale(),
        spec.embedding().normed(),
        spec.normPlacement().last(),
        spec.logitCap(),
        alibi == null ? "NONE" : alibi.halfPrecision() ? "BFLOAT16" : "FULL",
        (long) offset);
    AttentionSpec attention = spec.attention();
    for (int layer = 0; layer < spec.layers(); layer++) {
      double scale = attention.scales().get(layer);
      double factor = alibi != null && alibi.scaledWithScores() ? scale : 1;
      set("layer_kind", owner, scale, (long) attention.windows().get(layer), factor);
    }
    set("open", owner, (long) policy.sinks(), (long) policy.recent(), policy.reindexed());
  }

  private void bind(DecoderSpec spec, Weights weights, WeightTransform transform, NDManager owner) {
    NDArray none = owner.create(new Shape(0));
    NDList layers = new NDList();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (Slot slot : LayerScript.slots(spec)) {
        layers.add(array(weights.find(slot, layer), transform, none, owner));
      }
    }
    NDList outer = new NDList();
    for (Slot slot : OUTER) {
      outer.add(array(weights.find(slot), transform, none, owner));
    }
    NDArray slopes = none;
    if (spec.positions() instanceof Positions.Alibi) {
      int heads = spec.attention().heads();
      slopes =
          owner
              .create(Positions.Alibi.slopes(heads), new Shape(heads, 1, 1))
              .toType(DataType.FLOAT32, false);
    }
    set("bind", owner, layers, outer, slopes);
  }

  /** Matrices {@code [out, in]}, nothing for absent ones. */
  private static NDArray array(
      @Nullable Weight weight, WeightTransform transform, NDArray none, NDManager owner) {
    if (weight == null) {
      return none;
    }
    NDArray used = transform.apply(weight, owner);
    if (!weight.inOut()) {
      return used;
    }
    NDArray outIn = used.transpose();
    outIn.attach(owner);
    return outIn;
  }

  private void set(String method, NDManager owner, Object... settings) {
    Steps.call(block, method, owner, settings);
  }

  /**
   * Reads tokens.
   *
   * @param method {@code decode} one by one, {@code chunk} at once
   * @param inputs as stream.py takes them, the number of the first token last
   * @return {@code [t]} losses
   */
  NDArray read(String method, NDManager scope, Object... inputs) {
    return Steps.call(block, method, scope, inputs).singletonOrThrow();
  }
}
