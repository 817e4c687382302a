package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Activation;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TensorMap;
import java.util.List;
import java.util.Set;

/** Phi-1, 1.5 and 2: one norm for both branches, partial rotary, biases everywhere. */
final class Phi implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("phi");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout phi = new LlamaLayout(config, 2048, 0, 0);
    QueryKeyNorm queryKeyNorm =
        config.boolOr(false, "qk_layernorm") ? QueryKeyNorm.EACH_HEAD : QueryKeyNorm.NONE;
    return new DecoderSpec(
        "Phi",
        new DecoderSpec.Size(
            phi.layers, phi.dModel, config.intOr(51200, "vocab_size"), phi.contextLength),
        DecoderSpec.Embedding.plain(phi.dModel),
        Ropes.partial(
            config, phi.dHead, phi.contextLength, "partial_rotary_factor", 0.5, "rope_theta"),
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_eps")),
        DecoderSpec.NormPlacement.BEFORE,
        ResidualWiring.PARALLEL_SHARED_NORM,
        phi.plainAttention(LayerRules.same(phi.layers, 0), queryKeyNorm),
        new MlpSpec(
            config.intOr(8192, "intermediate_size"),
            Activation.named(config.stringOr("gelu_new", "hidden_act")),
            MlpSpec.Projection.PLAIN),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    TensorMap.Builder tensors =
        new TensorMap.Builder("model.", "model.layers.%d.")
            .put(Slot.EMBED, "model.embed_tokens.weight")
            .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "model.final_layernorm", true)
            .linear(Slot.UNEMBED, Slot.UNEMBED_BIAS, "lm_head", true)
            .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "input_layernorm", true)
            .attention(
                List.of(
                    "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.dense"),
                true,
                true)
            .linear(Slot.UP, Slot.UP_BIAS, "mlp.fc1", true)
            .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.fc2", true);
    if (config.boolOr(false, "qk_layernorm")) {
      tensors
          .linear(Slot.Q_NORM_WEIGHT, Slot.Q_NORM_BIAS, "self_attn.q_layernorm", true)
          .linear(Slot.K_NORM_WEIGHT, Slot.K_NORM_BIAS, "self_attn.k_layernorm", true);
    }
    return tensors.build();
  }
}
