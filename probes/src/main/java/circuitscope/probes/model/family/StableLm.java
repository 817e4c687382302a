package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** StableLM: Llama's shape with layer norms, partial rotary, and optionally a parallel residual. */
final class StableLm implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("stablelm");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 4096, 32, 0);
    QueryKeyNorm queryKeyNorm =
        config.boolOr(false, "qk_layernorm")
            ? QueryKeyNorm.EACH_HEAD_OWN_WEIGHT
            : QueryKeyNorm.NONE;
    return new DecoderSpec(
        "StableLM",
        new DecoderSpec.Size(
            llama.layers, llama.dModel, config.intValue("vocab_size"), llama.contextLength),
        DecoderSpec.Embedding.plain(llama.dModel),
        Ropes.partial(
            config, llama.dHead, llama.contextLength, "partial_rotary_factor", 0.25, "rope_theta"),
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_eps")),
        DecoderSpec.NormPlacement.BEFORE,
        parallel(config) ? ResidualWiring.PARALLEL_SHARED_NORM : ResidualWiring.SEQUENTIAL,
        llama.plainAttention(LayerRules.same(llama.layers, 0), queryKeyNorm),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")),
        0);
  }

  private static boolean parallel(HfConfig config) {
    return config.boolOr(false, "use_parallel_residual");
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    TensorMap.Builder tensors =
        LlamaLayout.tensors(config.boolOr(false, "use_qkv_bias"), false, false)
            .put(Slot.FINAL_NORM_BIAS, "model.norm.bias")
            .put(Slot.LN1_BIAS, "input_layernorm.bias")
            .put(Slot.LN2_BIAS, "post_attention_layernorm.bias");
    if (parallel(config)) {
      tensors.without(Slot.LN2_WEIGHT).without(Slot.LN2_BIAS);
    }
    if (config.boolOr(false, "qk_layernorm")) {
      tensors
          .put(Slot.Q_NORM_WEIGHT, "self_attn.q_layernorm.norms.%d.weight")
          .put(Slot.K_NORM_WEIGHT, "self_attn.k_layernorm.norms.%d.weight");
    }
    return tensors.build();
  }
}
