package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** Llama 1 to 3.x, Yi and others that use its code. */
final class Llama implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llama");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 2048, 0, 0);
    return llama.spec(
        "Llama",
        config,
        Ropes.whole(config, llama.dHead, llama.contextLength),
        LlamaLayout.rms(config, 1e-6),
        llama.plainAttention(LayerRules.same(llama.layers, 0), QueryKeyNorm.NONE),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")));
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean attentionBias = config.boolOr(false, "attention_bias");
    return LlamaLayout.tensors(attentionBias, attentionBias, config.boolOr(false, "mlp_bias"))
        .build();
  }
}
