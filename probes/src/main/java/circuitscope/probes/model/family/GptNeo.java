package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.TensorMap;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** GPT-Neo: unscaled attention scores, every second layer local. */
final class GptNeo implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neo");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(24, "num_layers", "num_hidden_layers");
    int d = config.intOr(2048, "hidden_size");
    int heads = config.intOr(16, "num_heads", "num_attention_heads");
    List<String> kinds = attentionKinds(config, layers);
    int window = config.intOr(256, "window_size");
    return new DecoderSpec(
        "GPT-Neo",
        new DecoderSpec.Size(
            layers,
            d,
            config.intOr(50257, "vocab_size"),
            config.intOr(2048, "max_position_embeddings")),
        DecoderSpec.Embedding.plain(d),
        new Positions.Learned(0),
        GptLayout.norm(config),
        DecoderSpec.NormPlacement.BEFORE,
        ResidualWiring.SEQUENTIAL,
        new AttentionSpec(
            heads,
            heads,
            d / heads,
            Projection.SEPARATE,
            LayerRules.same(layers, 1.0),
            LayerRules.windows(layers, window, layer -> kinds.get(layer).equals("local")),
            0,
            QueryKeyNorm.NONE),
        GptLayout.mlp(config, d, "intermediate_size"),
        0);
  }

  /** {@code attention_types} such as [[["global", "local"], 12]], written out layer by layer. */
  private static List<String> attentionKinds(HfConfig config, int layers) {
    List<String> kinds = new ArrayList<>();
    if (!config.has("attention_types")) {
      for (int layer = 0; layer < layers; layer++) {
        kinds.add(layer % 2 == 0 ? "global" : "local");
      }
      return kinds;
    }
    for (JsonNode item : config.json().get("attention_types")) {
      for (int repeat = 0; repeat < item.path(1).asInt() && kinds.size() <= layers; repeat++) {
        item.path(0).forEach(kind -> kinds.add(kind.asText()));
      }
    }
    boolean known = kinds.stream().allMatch(kind -> kind.equals("global") || kind.equals("local"));
    if (kinds.size() != layers || !known) {
      throw config.invalid("attention_types", "global or local for each of " + layers + " layers");
    }
    return kinds;
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return GptLayout.sequential()
        .attention(
            List.of(
                "attn.attention.q_proj",
                "attn.attention.k_proj",
                "attn.attention.v_proj",
                "attn.attention.out_proj"),
            false,
            true)
        .build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
