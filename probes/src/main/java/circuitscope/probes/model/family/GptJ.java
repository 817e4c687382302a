package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.RopeScaling;
import circuitscope.probes.model.Rotary;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.List;
import java.util.Set;

/** GPT-J: one norm for both branches, rotary on neighbouring pairs, a biased unembedding. */
final class GptJ implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gptj");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(28, "n_layer", "num_hidden_layers");
    int d = config.intOr(4096, "n_embd", "hidden_size");
    int heads = config.intOr(16, "n_head", "num_attention_heads");
    int dHead = d / heads;
    boolean named = config.json().has("rotary_dim");
    int rotaryDimensions = config.intOr(named ? dHead : 64, "rotary_dim");
    return new DecoderSpec(
        "GPT-J",
        new DecoderSpec.Size(
            layers,
            d,
            config.intOr(50400, "vocab_size"),
            config.intOr(2048, "n_positions", "max_position_embeddings")),
        DecoderSpec.Embedding.plain(d),
        new Positions.Rotating(new Rotary(rotaryDimensions, 10000, true, new RopeScaling.None())),
        GptLayout.norm(config),
        DecoderSpec.NormPlacement.BEFORE,
        ResidualWiring.PARALLEL_SHARED_NORM,
        new AttentionSpec(
            heads,
            heads,
            dHead,
            Projection.SEPARATE,
            LayerRules.usualScale(layers, dHead),
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        GptLayout.mlp(config, d, "n_inner"),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return GptLayout.tensors()
        .linear(Slot.UNEMBED, Slot.UNEMBED_BIAS, "lm_head", true)
        .attention(
            List.of("attn.q_proj", "attn.k_proj", "attn.v_proj", "attn.out_proj"), false, false)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.fc_in", true)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.fc_out", true)
        .build();
  }
}
