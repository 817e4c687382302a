package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.List;
import java.util.Set;

/** OLMo 2: norms on what the branches write and not on what they read; queries and keys normed. */
final class Olmo2 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("olmo2");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 2048, 0, 0);
    return new DecoderSpec(
        "OLMo 2",
        new DecoderSpec.Size(
            llama.layers, llama.dModel, config.intValue("vocab_size"), llama.contextLength),
        DecoderSpec.Embedding.plain(llama.dModel),
        Ropes.whole(config, llama.dHead, llama.contextLength),
        LlamaLayout.rms(config, 1e-5),
        new DecoderSpec.NormPlacement(false, true, true),
        ResidualWiring.SEQUENTIAL,
        llama.plainAttention(LayerRules.same(llama.layers, 0), QueryKeyNorm.WHOLE),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(false, "attention_bias");
    return LlamaLayout.outer()
        .attention(
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
            bias,
            bias)
        .put(Slot.Q_NORM_WEIGHT, "self_attn.q_norm.weight")
        .put(Slot.K_NORM_WEIGHT, "self_attn.k_norm.weight")
        .put(Slot.LN1_POST_WEIGHT, "post_attention_layernorm.weight")
        .put(Slot.LN2_POST_WEIGHT, "post_feedforward_layernorm.weight")
        .put(Slot.GATE, "mlp.gate_proj.weight")
        .put(Slot.UP, "mlp.up_proj.weight")
        .put(Slot.DOWN, "mlp.down_proj.weight")
        .build();
  }
}
