package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The families that the decoder knows, and refusals that name what the others are. */
public final class Families {
  private static final List<Family> ALL =
      List.of(
          new Gpt2(),
          new GptNeo(),
          new GptNeoX(),
          new GptJ(),
          new Opt(),
          new Bloom(),
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gemma(),
          new Gemma2(),
          new Phi(),
          new Phi3(),
          new Olmo2(),
          new StableLm(),
          new Falcon());

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("mixtral", "a mixture-of-experts model"),
          Map.entry("qwen2_moe", "a mixture-of-experts model"),
          Map.entry("qwen3_moe", "a mixture-of-experts model"),
          Map.entry("deepseek_v2", "a mixture-of-experts model"),
          Map.entry("deepseek_v3", "a mixture-of-experts model"),
          Map.entry("phimoe", "a mixture-of-experts model"),
          Map.entry("olmoe", "a mixture-of-experts model"),
          Map.entry("dbrx", "a mixture-of-experts model"),
          Map.entry("gpt_oss", "a mixture-of-experts model"),
          Map.entry("mamba", "a state-space model"),
          Map.entry("mamba2", "a state-space model"),
          Map.entry("falcon_mamba", "a state-space model"),
          Map.entry("jamba", "a hybrid of state-space, attention and mixture-of-experts layers"),
          Map.entry("bamba", "a hybrid of state-space and attention layers"),
          Map.entry("recurrent_gemma", "a recurrent model"),
          Map.entry("rwkv", "a recurrent model"),
          Map.entry("xlstm", "a recurrent model"),
          Map.entry("bert", "an encoder"),
          Map.entry("roberta", "an encoder"),
          Map.entry("t5", "an encoder-decoder"),
          Map.entry("bart", "an encoder-decoder"),
          Map.entry("whisper", "an encoder-decoder"));

  private Families() {}

  public static List<Family> all() {
    return ALL;
  }

  /**
   * The family of a config.
   *
   * @throws UnsupportedModelException for any other, saying what it is when that is known
   */
  public static Family of(HfConfig config) {
    String type = config.modelType();
    if (config.has("num_local_experts")
        || config.has("num_experts")
        || config.has("n_routed_experts")) {
      throw refusal(config, "a mixture-of-experts model");
    }
    for (Family family : ALL) {
      if (family.modelTypes().contains(type)) {
        return family;
      }
    }
    throw refusal(config, REFUSED.getOrDefault(type, "of a family that is not known here"));
  }

  private static UnsupportedModelException refusal(HfConfig config, String what) {
    TreeSet<String> known = new TreeSet<>();
    ALL.forEach(family -> known.addAll(family.modelTypes()));
    return new UnsupportedModelException(
        "%s: model_type '%s' is %s. Circuitscope runs decoder-only transformers of the types %s."
            .formatted(config.source(), config.modelType(), what, String.join(", ", known)));
  }
}
