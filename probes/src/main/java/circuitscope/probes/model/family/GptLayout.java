package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Activation;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;

/** What GPT-2, GPT-Neo and GPT-J write alike in their configs and files. */
final class GptLayout {
  private GptLayout() {}

  static Norm norm(HfConfig config) {
    return new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_epsilon"));
  }

  /**
   * An MLP without a gate, four times as wide as the stream unless {@code widthKey} says otherwise.
   */
  static MlpSpec mlp(HfConfig config, int dModel, String widthKey) {
    return new MlpSpec(
        config.intOr(4 * dModel, widthKey),
        Activation.named(config.stringOr("gelu_new", "activation_function")),
        MlpSpec.Projection.PLAIN);
  }

  /** Embedding, first and final norm; causal masks that old files hold are no parameters. */
  static TensorMap.Builder tensors() {
    return new TensorMap.Builder("transformer.", "transformer.h.%d.")
        .put(Slot.EMBED, "transformer.wte.weight")
        .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "transformer.ln_f", true)
        .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "ln_1", true)
        .ignoring(GptLayout::isCausalMask);
  }

  /** What {@link #tensors} gives, and the slots that GPT-2 and GPT-Neo have beside it. */
  static TensorMap.Builder sequential() {
    return tensors()
        .put(Slot.POSITION_EMBED, "transformer.wpe.weight")
        .put(Slot.UNEMBED, "lm_head.weight")
        .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "ln_2", true)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.c_fc", true)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.c_proj", true);
  }

  private static boolean isCausalMask(String name) {
    return name.matches(".*\\.attn(\\.attention)?\\.(masked_)?bias");
  }
}
