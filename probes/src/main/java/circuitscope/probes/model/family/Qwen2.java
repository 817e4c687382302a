package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TensorMap;
import java.util.List;
import java.util.Set;

/** Qwen2 and 2.5: Llama with biased queries, keys and values, and windows in the upper layers. */
final class Qwen2 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen2");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 32768, 32, 0);
    return llama.spec(
        "Qwen2",
        config,
        Ropes.whole(config, llama.dHead, llama.contextLength),
        LlamaLayout.rms(config, 1e-6),
        llama.plainAttention(windows(config, llama.layers), QueryKeyNorm.NONE),
        LlamaLayout.gatedMlp(config, config.stringOr("silu", "hidden_act")));
  }

  /** Layers from {@code max_window_layers} on slide, if {@code use_sliding_window} says so. */
  static List<Integer> windows(HfConfig config, int layers) {
    boolean slides = config.boolOr(false, "use_sliding_window");
    boolean named = config.json().has("sliding_window");
    int window = slides ? config.intOr(named ? 0 : 4096, "sliding_window") : 0;
    int first = config.intOr(28, "max_window_layers");
    return LayerRules.windows(config, layers, window, layer -> layer >= first);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return LlamaLayout.tensors(true, false, false).build();
  }
}
