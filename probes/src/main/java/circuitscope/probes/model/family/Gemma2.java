package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.List;
import java.util.Set;

/** Gemma 2: soft caps, norms before and after each branch, windows on every second layer. */
final class Gemma2 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gemma2");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 8192, 4, 256);
    double scale = 1 / Math.sqrt(config.doubleOr(256, "query_pre_attn_scalar"));
    int window = orNone(config, "sliding_window", 4096).intValue();
    List<Integer> windows =
        LayerRules.windows(config, llama.layers, window, layer -> layer % 2 == 0);
    AttentionSpec attention =
        llama.attention(
            Projection.SEPARATE,
            LayerRules.same(llama.layers, scale),
            windows,
            orNone(config, "attn_logit_softcapping", 50.0).doubleValue(),
            QueryKeyNorm.NONE);
    double logitCap = orNone(config, "final_logit_softcapping", 30.0).doubleValue();
    return Gemma.gemma("Gemma 2", config, llama, attention, "hidden_activation", true, logitCap);
  }

  /** The key's value, 0 where it is null, the fallback where it is absent. */
  private static Double orNone(HfConfig config, String key, double fallback) {
    return config.doubleOr(config.json().has(key) ? 0 : fallback, key);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(false, "attention_bias");
    return LlamaLayout.tensors(bias, bias, false)
        .put(Slot.LN1_POST_WEIGHT, "post_attention_layernorm.weight")
        .put(Slot.LN2_WEIGHT, "pre_feedforward_layernorm.weight")
        .put(Slot.LN2_POST_WEIGHT, "post_feedforward_layernorm.weight")
        .build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
