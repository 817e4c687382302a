package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Activation;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/** BLOOM: ALiBi, normalised embeddings, Q/K/V interleaved by head. */
final class Bloom implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("bloom");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(2, "n_layer", "num_hidden_layers");
    int d = config.intOr(64, "n_embed", "hidden_size");
    int heads = config.intOr(8, "n_head", "num_attention_heads");
    boolean fromNorm = config.boolOr(false, "apply_residual_connection_post_layernorm");
    return new DecoderSpec(
        "BLOOM",
        new DecoderSpec.Size(
            layers, d, config.intOr(250880, "vocab_size"), config.intOr(2048, "seq_length")),
        new DecoderSpec.Embedding(d, 1, true),
        new Positions.Alibi(false, false),
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_epsilon")),
        DecoderSpec.NormPlacement.BEFORE,
        fromNorm ? ResidualWiring.SEQUENTIAL_FROM_NORM : ResidualWiring.SEQUENTIAL,
        new AttentionSpec(
            heads,
            heads,
            d / heads,
            Projection.GROUPED,
            LayerRules.usualScale(layers, d / heads),
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        new MlpSpec(4 * d, Activation.GELU_TANH, MlpSpec.Projection.PLAIN),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return new TensorMap.Builder("transformer.", "transformer.h.%d.")
        .put(Slot.EMBED, "transformer.word_embeddings.weight")
        .linear(
            Slot.EMBED_NORM_WEIGHT,
            Slot.EMBED_NORM_BIAS,
            "transformer.word_embeddings_layernorm",
            true)
        .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "transformer.ln_f", true)
        .put(Slot.UNEMBED, "lm_head.weight")
        .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "input_layernorm", true)
        .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "post_attention_layernorm", true)
        .linear(Slot.QKV, Slot.QKV_BIAS, "self_attention.query_key_value", true)
        .linear(Slot.O, Slot.O_BIAS, "self_attention.dense", true)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.dense_h_to_4h", true)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.dense_4h_to_h", true)
        .build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
