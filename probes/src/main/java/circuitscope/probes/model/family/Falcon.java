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

/**
 * Falcon: 7B (one key/value head, one norm), 40B (groups, two norms), 2-11B (groups, one norm) and
 * RW (ALiBi, sequential).
 *
 * <p>ALiBi enters the scores once, as the models were trained; the eager path of transformers 5.17
 * adds it twice.
 */
final class Falcon implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("falcon", "RefinedWeb", "RefinedWebModel");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(32, "num_hidden_layers");
    int d = config.intOr(4544, "n_embed", "hidden_size");
    int heads = config.intOr(71, "num_attention_heads");
    int dHead = d / heads;
    int contextLength = config.intOr(2048, "max_position_embeddings");
    Positions positions =
        config.boolOr(false, "alibi")
            ? new Positions.Alibi(true, true)
            : Ropes.whole(config, dHead, contextLength);
    return new DecoderSpec(
        "Falcon",
        new DecoderSpec.Size(layers, d, config.intOr(65024, "vocab_size"), contextLength),
        DecoderSpec.Embedding.plain(d),
        positions,
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_epsilon")),
        DecoderSpec.NormPlacement.BEFORE,
        wiring(config),
        new AttentionSpec(
            heads,
            groups(config, heads),
            dHead,
            Projection.GROUPED,
            LayerRules.usualScale(layers, dHead),
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        new MlpSpec(
            config.intOr(4 * d, "ffn_hidden_size"),
            Activation.named(config.stringOr("gelu", "activation")),
            MlpSpec.Projection.PLAIN),
        0);
  }

  private static int groups(HfConfig config, int heads) {
    if (config.boolOr(false, "new_decoder_architecture")) {
      return config.intOr(heads, "num_kv_heads");
    }
    return config.boolOr(true, "multi_query") ? 1 : heads;
  }

  private static ResidualWiring wiring(HfConfig config) {
    boolean grouped = config.boolOr(false, "new_decoder_architecture");
    if (!grouped && !config.boolOr(true, "parallel_attn")) {
      return ResidualWiring.SEQUENTIAL;
    }
    return config.intOr(grouped ? 2 : 1, "num_ln_in_parallel_attn") == 2
        ? ResidualWiring.PARALLEL
        : ResidualWiring.PARALLEL_SHARED_NORM;
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(false, "bias");
    TensorMap.Builder tensors =
        new TensorMap.Builder("transformer.", "transformer.h.%d.")
            .put(Slot.EMBED, "transformer.word_embeddings.weight")
            .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "transformer.ln_f", true)
            .put(Slot.UNEMBED, "lm_head.weight")
            .linear(Slot.QKV, Slot.QKV_BIAS, "self_attention.query_key_value", bias)
            .linear(Slot.O, Slot.O_BIAS, "self_attention.dense", bias)
            .linear(Slot.UP, Slot.UP_BIAS, "mlp.dense_h_to_4h", bias)
            .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.dense_4h_to_h", bias);
    switch (wiring(config)) {
      case PARALLEL ->
          tensors
              .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "ln_attn", true)
              .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "ln_mlp", true);
      case SEQUENTIAL ->
          tensors
              .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "input_layernorm", true)
              .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "post_attention_layernorm", true);
      default -> tensors.linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "input_layernorm", true);
    }
    return tensors.build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
