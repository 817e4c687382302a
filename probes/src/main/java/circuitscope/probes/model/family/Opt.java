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
import java.util.List;
import java.util.Set;

/** OPT: positions from row 2 on, ReLU; the 350M model normalises after the sum and projects. */
final class Opt implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("opt");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    int layers = config.intOr(12, "num_hidden_layers");
    int d = config.intOr(768, "hidden_size");
    int heads = config.intOr(12, "num_attention_heads");
    boolean before = config.boolOr(true, "do_layer_norm_before");
    return new DecoderSpec(
        "OPT",
        new DecoderSpec.Size(
            layers,
            d,
            config.intOr(50272, "vocab_size"),
            config.intOr(2048, "max_position_embeddings")),
        new DecoderSpec.Embedding(config.intOr(d, "word_embed_proj_dim"), 1, false),
        new Positions.Learned(2),
        new Norm(Norm.Kind.LAYER, 1e-5),
        new DecoderSpec.NormPlacement(before, false, finalNorm(config)),
        before ? ResidualWiring.SEQUENTIAL : ResidualWiring.NORM_AFTER_ADD,
        new AttentionSpec(
            heads,
            heads,
            d / heads,
            Projection.SEPARATE,
            LayerRules.usualScale(layers, d / heads),
            LayerRules.same(layers, 0),
            0,
            QueryKeyNorm.NONE),
        new MlpSpec(
            config.intOr(3072, "ffn_dim"),
            Activation.named(config.stringOr("relu", "activation_function")),
            MlpSpec.Projection.PLAIN),
        0);
  }

  private static boolean finalNorm(HfConfig config) {
    return config.boolOr(true, "do_layer_norm_before")
        && !config.boolOr(false, "_remove_final_layer_norm");
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(true, "enable_bias");
    int d = config.intOr(768, "hidden_size");
    TensorMap.Builder tensors =
        new TensorMap.Builder("model.", "model.decoder.layers.%d.")
            .put(Slot.EMBED, "model.decoder.embed_tokens.weight")
            .put(Slot.POSITION_EMBED, "model.decoder.embed_positions.weight")
            .put(Slot.UNEMBED, "lm_head.weight")
            .attention(
                List.of(
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.out_proj"),
                bias,
                bias)
            .linear(Slot.UP, Slot.UP_BIAS, "fc1", bias)
            .linear(Slot.DOWN, Slot.DOWN_BIAS, "fc2", bias);
    if (config.intOr(d, "word_embed_proj_dim") != d) {
      tensors
          .put(Slot.EMBED_IN, "model.decoder.project_in.weight")
          .put(Slot.EMBED_OUT, "model.decoder.project_out.weight");
    }
    if (config.boolOr(true, "layer_norm_elementwise_affine")) {
      tensors
          .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "self_attn_layer_norm", true)
          .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "final_layer_norm", true);
      if (finalNorm(config)) {
        tensors.linear(
            Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "model.decoder.final_layer_norm", true);
      }
    }
    return tensors.build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
