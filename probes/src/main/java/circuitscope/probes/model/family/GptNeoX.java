package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Activation;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** GPT-NeoX and Pythia: partial rotary, usually a parallel residual, Q/K/V interleaved by head. */
final class GptNeoX implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(44, "num_hidden_layers");
    int d = config.intOr(6144, "hidden_size");
    int heads = config.intOr(64, "num_attention_heads");
    int dHead = d / heads;
    int contextLength = config.intOr(2048, "max_position_embeddings");
    return new DecoderSpec(
        "GPT-NeoX",
        new DecoderSpec.Size(layers, d, config.intOr(50432, "vocab_size"), contextLength),
        DecoderSpec.Embedding.plain(d),
        Ropes.partial(config, dHead, contextLength, "rotary_pct", 0.25, "rotary_emb_base"),
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_eps")),
        DecoderSpec.NormPlacement.BEFORE,
        config.boolOr(true, "use_parallel_residual")
            ? ResidualWiring.PARALLEL
            : ResidualWiring.SEQUENTIAL,
        new AttentionSpec(
            heads,
            heads,
            dHead,
            Projection.GROUPED,
            LayerRules.usualScale(layers, dHead),
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        new MlpSpec(
            config.intOr(24576, "intermediate_size"),
            Activation.named(config.stringOr("gelu", "hidden_act")),
            MlpSpec.Projection.PLAIN),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(true, "attention_bias");
    return new TensorMap.Builder("gpt_neox.", "gpt_neox.layers.%d.")
        .put(Slot.EMBED, "gpt_neox.embed_in.weight")
        .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "gpt_neox.final_layer_norm", true)
        .put(Slot.UNEMBED, "embed_out.weight")
        .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "input_layernorm", true)
        .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "post_attention_layernorm", true)
        .linear(Slot.QKV, Slot.QKV_BIAS, "attention.query_key_value", bias)
        .linear(Slot.O, Slot.O_BIAS, "attention.dense", bias)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.dense_h_to_4h", true)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.dense_4h_to_h", true)
        .ignoring(
            name -> name.endsWith(".attention.bias") || name.endsWith(".attention.masked_bias"))
        .build();
  }
}
