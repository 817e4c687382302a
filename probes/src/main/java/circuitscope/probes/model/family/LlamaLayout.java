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

/**
 * What Llama and its descendants share: RMS norms, rotary over the whole head, a gated MLP, and the
 * names of the tensors. Each family's file states how it departs from this.
 */
final class LlamaLayout {
  final int layers;
  final int dModel;
  final int dHead;
  final int heads;
  final int groups;
  final int contextLength;

  /**
   * @param groupsFallback key/value heads when the config has no such key; 0 means as many as heads
   * @param dHeadFallback head width when the config has no such key; 0 means width / heads
   */
  LlamaLayout(HfConfig config, int contextFallback, int groupsFallback, int dHeadFallback) {
    layers = config.intValue("num_hidden_layers");
    dModel = config.intValue("hidden_size");
    heads = config.intValue("num_attention_heads");
    boolean named = config.json().has("num_key_value_heads");
    int groupsDefault = named || groupsFallback == 0 ? heads : groupsFallback;
    groups = config.intOr(groupsDefault, "num_key_value_heads");
    boolean dHeadNamed = config.json().has("head_dim");
    int dHeadDefault = dHeadNamed || dHeadFallback == 0 ? dModel / heads : dHeadFallback;
    dHead = config.intOr(dHeadDefault, "head_dim");
    contextLength = config.intOr(contextFallback, "max_position_embeddings");
  }

  AttentionSpec attention(
      Projection projection, List<Double> scales, List<Integer> windows, QueryKeyNorm norm) {
    return attention(projection, scales, windows, 0, norm);
  }

  AttentionSpec attention(
      Projection projection,
      List<Double> scales,
      List<Integer> windows,
      double softCap,
      QueryKeyNorm norm) {
    return new AttentionSpec(heads, groups, dHead, projection, scales, windows, softCap, norm);
  }

  AttentionSpec plainAttention(List<Integer> windows, QueryKeyNorm norm) {
    return attention(Projection.SEPARATE, LayerRules.usualScale(layers, dHead), windows, norm);
  }

  static MlpSpec gatedMlp(HfConfig config, String activation) {
    return new MlpSpec(
        config.intValue("intermediate_size"),
        Activation.named(activation),
        MlpSpec.Projection.GATED);
  }

  /** Sequential, norms before the branches, a final norm, no caps. */
  DecoderSpec spec(
      String family,
      HfConfig config,
      Positions positions,
      Norm norm,
      AttentionSpec attention,
      MlpSpec mlp) {
    return new DecoderSpec(
        family,
        new DecoderSpec.Size(layers, dModel, config.intValue("vocab_size"), contextLength),
        DecoderSpec.Embedding.plain(dModel),
        positions,
        norm,
        DecoderSpec.NormPlacement.BEFORE,
        ResidualWiring.SEQUENTIAL,
        attention,
        mlp,
        0);
  }

  static Norm rms(HfConfig config, double fallback) {
    return new Norm(Norm.Kind.RMS, config.doubleOr(fallback, "rms_norm_eps"));
  }

  /** Embedding, final norm, the two norms of a layer, separate projections and a gated MLP. */
  static TensorMap.Builder tensors(boolean biasQkv, boolean biasO, boolean biasMlp) {
    return outer()
        .put(Slot.LN1_WEIGHT, "input_layernorm.weight")
        .put(Slot.LN2_WEIGHT, "post_attention_layernorm.weight")
        .attention(
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
            biasQkv,
            biasO)
        .linear(Slot.GATE, Slot.GATE_BIAS, "mlp.gate_proj", biasMlp)
        .linear(Slot.UP, Slot.UP_BIAS, "mlp.up_proj", biasMlp)
        .linear(Slot.DOWN, Slot.DOWN_BIAS, "mlp.down_proj", biasMlp);
  }

  /** Only what stands outside the layers. */
  static TensorMap.Builder outer() {
    return new TensorMap.Builder("model.", "model.layers.%d.")
        .put(Slot.EMBED, "model.embed_tokens.weight")
        .put(Slot.FINAL_NORM_WEIGHT, "model.norm.weight")
        .put(Slot.UNEMBED, "lm_head.weight");
  }
}
