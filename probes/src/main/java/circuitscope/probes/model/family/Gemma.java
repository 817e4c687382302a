package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.QueryKeyNorm;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.TensorMap;
import circuitscope.probes.model.UnsupportedModelException;
import java.util.Set;

/** Gemma 1: Llama with scaled embeddings, norms that store their weight minus one, tied. */
final class Gemma implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("gemma");
  }

  @Override
  public DecoderSpec spec(HfConfig config) {
    LlamaLayout llama = new LlamaLayout(config, 8192, 16, 256);
    AttentionSpec attention =
        llama.plainAttention(LayerRules.same(llama.layers, 0), QueryKeyNorm.NONE);
    return gemma("Gemma", config, llama, attention, "hidden_act", false, 0);
  }

  /** What Gemma 1 and 2 share. */
  static DecoderSpec gemma(
      String family,
      HfConfig config,
      LlamaLayout llama,
      AttentionSpec attention,
      String activationKey,
      boolean normAfter,
      double logitCap) {
    if (config.boolOr(false, "use_bidirectional_attention")) {
      throw new UnsupportedModelException(
          config.source() + ": bidirectional attention makes this an encoder");
    }
    return new DecoderSpec(
        family,
        new DecoderSpec.Size(
            llama.layers, llama.dModel, config.intValue("vocab_size"), llama.contextLength),
        new DecoderSpec.Embedding(llama.dModel, (float) Math.sqrt(llama.dModel), false),
        Ropes.whole(config, llama.dHead, llama.contextLength),
        new Norm(Norm.Kind.RMS_PLUS_ONE, config.doubleOr(1e-6, "rms_norm_eps")),
        new DecoderSpec.NormPlacement(true, normAfter, true),
        ResidualWiring.SEQUENTIAL,
        attention,
        LlamaLayout.gatedMlp(config, config.stringOr("gelu_pytorch_tanh", activationKey)),
        logitCap);
  }

  @Override
  public TensorMap tensors(HfConfig config) {
    boolean bias = config.boolOr(false, "attention_bias");
    return LlamaLayout.tensors(bias, bias, false).build();
  }

  @Override
  public boolean tiedByDefault() {
    return true;
  }
}
