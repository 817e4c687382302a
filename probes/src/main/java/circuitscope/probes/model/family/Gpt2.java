package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import circuitscope.probes.model.UnsupportedModelException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** GPT-2: learned positions, layer norms before the branches, matrices stored as [in, out]. */
final class Gpt2 implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    if (config.boolOr(false, "add_cross_attention")) {
      throw new UnsupportedModelException(
          config.source() + ": cross-attention makes this the decoder half of another model");
    }
    int layers = config.intOr(12, "n_layer", "num_hidden_layers");
    int d = config.intOr(768, "n_embd", "hidden_size");
    int heads = config.intOr(12, "n_head", "num_attention_heads");
    int dHead = d / heads;
    double base = config.boolOr(true, "scale_attn_weights") ? 1 / Math.sqrt(dHead) : 1;
    boolean byLayer = config.boolOr(false, "scale_attn_by_inverse_layer_idx");
    List<Double> scales =
        IntStream.range(0, layers).mapToObj(layer -> byLayer ? base / (layer + 1) : base).toList();
    return new DecoderSpec(
        "GPT-2",
        new DecoderSpec.Size(
            layers,
            d,
            config.intOr(50257, "vocab_size"),
            config.intOr(1024, "n_positions", "max_position_embeddings")),
        DecoderSpec.Embedding.plain(d),
        new Positions.Learned(0),
        GptLayout.norm(config),
        DecoderSpec.NormPlacement.BEFORE,
        ResidualWiring.SEQUENTIAL,
        new AttentionSpec(
            heads,
            heads,
            dHead,
            Projection.CONCATENATED,
            scales,
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        GptLayout.mlp(config, d, "n_inner"),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return GptLayout.sequential()
        .linear(Slot.QKV, Slot.QKV_BIAS, "attn.c_attn", true)
        .linear(Slot.O, Slot.O_BIAS, "attn.c_proj", true)
        .storedInOut(Slot.QKV, Slot.O, Slot.UP, Slot.DOWN)
        .build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
