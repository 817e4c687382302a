package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Activation;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** Phi-3 and Phi-4: Llama with fused projections and LongRoPE. */
final class Phi3 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("phi3");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 4096, 0, 0);
    int window = config.intOr(0, "sliding_window");
    return llama.spec(
        "Phi-3",
        withTrainedContext(config),
        Ropes.partial(
            withTrainedContext(config),
            llama.dHead,
            llama.contextLength,
            "partial_rotary_factor",
            1,
            "rope_theta"),
        LlamaLayout.rms(config, 1e-5),
        llama.attention(
            Projection.CONCATENATED,
            LayerRules.usualScale(llama.layers, llama.dHead),
            LayerRules.same(llama.layers, window),
            QueryKeyNorm.NONE),
        new MlpSpec(
            config.intValue("intermediate_size"),
            Activation.named(config.stringOr("silu", "hidden_act")),
            MlpSpec.Projection.GATED_CONCATENATED));
  }

  /** The trained context is 4,096 where the config does not say. */
  private static HfConfig withTrainedContext(HfConfig config) {
    var root = config.json().deepCopy();
    if (!config.has("original_max_position_embeddings")
        && root instanceof com.fasterxml.jackson.databind.node.ObjectNode object) {
      object.put("original_max_position_embeddings", 4096);
      return HfConfig.of(config.source(), object);
    }
    return config;
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return LlamaLayout.outer()
        .put(Slot.LN1_WEIGHT, "input_layernorm.weight")
        .put(Slot.LN2_WEIGHT, "post_attention_layernorm.weight")
        .put(Slot.QKV, "self_attn.qkv_proj.weight")
        .put(Slot.O, "self_attn.o_proj.weight")
        .put(Slot.GATE_UP, "mlp.gate_up_proj.weight")
        .put(Slot.DOWN, "mlp.down_proj.weight")
        .build();
  }
}
