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
        layers,
        d,
        config.intOr(50257, "vocab_size"),
        config.intOr(1024, "n_positions", "max_position_embeddings"),
        d,
        1,
        false,
        new Positions.Learned(0),
        new Norm(Norm.Kind.LAYER, config.doubleOr(1e-5, "layer_norm_epsilon")),
        true,
        false,
        true,
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
        new MlpSpec(
            config.intOr(4 * d, "n_inner"),
            Activation.named(config.stringOr("gelu_new", "activation_function")),
            MlpSpec.Projection.PLAIN),
        0);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    return new TensorMap.Builder("transformer.", "transformer.h.%d.")
        .put(Slot.EMBED, "transformer.wte.weight")
        .put(Slot.POSITION_EMBED, "transformer.wpe.weight")
        .linear(Slot.FINAL_NORM_WEIGHT, Slot.FINAL_NORM_BIAS, "transformer.ln_f", true)
        .put(Slot.UNEMBED, "lm_head.weight")
        .linear(Slot.LN1_WEIGHT, Slot.LN1_BIAS, "ln_1", true)
        .linear(Slot.LN2_WEIGHT, Slot.LN2_BIAS, "ln_2", true)
        .linear(Slot.QKV, Slot.QKV_BIAS, "attn.c_attn", true)
        .linear(Slot.O, Slot.O_BIAS, "attn.c_proj", true)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.c_fc", true)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.c_proj", true)
        .storedInOut(Slot.QKV, Slot.O, Slot.UP, Slot.DOWN)
        .ignoring(name -> name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias"))
        .build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
