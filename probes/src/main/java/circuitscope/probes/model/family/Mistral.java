package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** Mistral: Llama with a sliding window on every layer; a window of null means none. */
final class Mistral implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("mistral");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 131072, 8, 0);
    boolean named = config.json().has("sliding_window");
    int window = config.intOr(named ? 0 : 4096, "sliding_window");
    return llama.spec(
        "Mistral",
        config,
        Ropes.whole(config, llama.dHead, llama.contextLength),
        LlamaLayout.rms(config, 1e-6),
        llama.plainAttention(LayerRules.same(llama.layers, window), QueryKeyNorm.NONE),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")));
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return LlamaLayout.tensors(false, false, false).build();
  }
}
