package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** Qwen3: Qwen2 with an RMS norm on each query and key head in place of biases. */
final class Qwen3 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen3");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 32768, 32, 128);
    return llama.spec(
        "Qwen3",
        config,
        Ropes.whole(config, llama.dHead, llama.contextLength),
        LlamaLayout.rms(config, 1e-6),
        llama.plainAttention(Qwen2.windows(config, llama.layers), QueryKeyNorm.EACH_HEAD),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")));
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(false, "attention_bias");
    return LlamaLayout.tensors(bias, bias, false)
        .put(Slot.Q_NORM_WEIGHT, "self_attn.q_norm.weight")
        .put(Slot.K_NORM_WEIGHT, "self_attn.k_norm.weight")
        .build();
  }
}
