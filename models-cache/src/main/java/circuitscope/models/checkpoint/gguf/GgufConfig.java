package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.StoredTensor;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The metadata of a GGUF file as the {@code config.json} of the model it was made from. */
final class GgufConfig {
  /** What changes the forward pass and no family here has; 0 and absent mean without. */
  private static final List<String> FOREIGN =
      List.of("logit_scale", "embedding_scale", "residual_scale", "attention.scale");

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final GgufFamily family;
  private final ObjectNode config = JsonNodeFactory.instance.objectNode();

  private GgufConfig(GgufFile file, GgufFamily family) {
    this.file = file;
    this.metadata = file.metadata();
    this.family = family;
  }

  /**
   * @throws CheckpointException if a key is missing or out of range, or says that the model is of a
   *     kind that is not supported
   */
  static ObjectNode of(GgufFile file, GgufFamily family) {
    GgufConfig made = new GgufConfig(file, family);
    made.refuseForeign();
    made.config.put("model_type", family.architecture());
    switch (family) {
      case LLAMA, QWEN2 -> made.llama();
      case GPT2 -> made.gpt2();
    }
    made.specialTokens();
    made.config.put("vocab_size", made.vocabulary());
    made.config.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
    return made.config;
  }

  private void llama() {
    int width = positive("embedding_length");
    int heads = positive("attention.head_count");
    int keyHeads = metadata.naturalOr(heads, key("attention.head_count_kv"));
    if (keyHeads < 1 || heads % keyHeads != 0) {
      throw metadata.invalid(
          key("attention.head_count_kv"), "a divisor of the %d heads".formatted(heads));
    }
    int dHead = metadata.naturalOr(width / heads, key("attention.key_length"));
    if (dHead < 2 || dHead % 2 != 0) {
      throw metadata.invalid(
          key("attention.key_length"),
          "an even width of a head (embedding_length %d over %d heads gives %d)"
              .formatted(width, heads, width / heads));
    }
    require("attention.value_length", dHead);
    require("rope.dimension_count", dHead);
    double theta = metadata.realOr(10000, key("rope.freq_base"));
    config.put("hidden_size", width);
    config.put("num_hidden_layers", positive("block_count"));
    config.put("num_attention_heads", heads);
    config.put("num_key_value_heads", keyHeads);
    config.put("head_dim", dHead);
    config.put("intermediate_size", positive("feed_forward_length"));
    config.put("hidden_act", "silu");
    config.put("rms_norm_eps", metadata.real(key("attention.layer_norm_rms_epsilon")));
    config.put("max_position_embeddings", positive("context_length"));
    config.put("rope_theta", theta);
    scaling(theta, dHead).ifPresent(scaling -> config.set("rope_scaling", scaling));
    if (family == GgufFamily.LLAMA) {
      config.put("attention_bias", hasBias("attn_q"));
      config.put("mlp_bias", hasBias("ffn_up"));
      window();
    }
  }

  private void gpt2() {
    config.put("n_embd", positive("embedding_length"));
    config.put("n_layer", positive("block_count"));
    config.put("n_head", positive("attention.head_count"));
    config.put("n_positions", positive("context_length"));
    config.put("n_inner", positive("feed_forward_length"));
    config.put("layer_norm_epsilon", metadata.real(key("attention.layer_norm_epsilon")));
    config.put("activation_function", "gelu_new");
  }

  /** Width of a head, by which rows are put in order. */
  static int headWidth(ObjectNode config) {
    return config.path("head_dim").asInt(1);
  }

  /** Mistral is the llama architecture with a window; a window as long as the context is none. */
  private void window() {
    int window = metadata.naturalOr(0, key("attention.sliding_window"));
    if (window > 0 && window < positive("context_length")) {
      config.put("model_type", "mistral");
      config.put("sliding_window", window);
    }
  }

  private Optional<ObjectNode> scaling(double theta, int dHead) {
    String typeKey = key("rope.scaling.type");
    double factor =
        metadata.realOr(metadata.realOr(1, key("rope.scale_linear")), key("rope.scaling.factor"));
    String type = metadata.textOr(factor == 1 ? "none" : "linear", typeKey);
    if (type.equals("none") || factor == 1) {
      return RopeFactors.scaling(file, theta, dHead);
    }
    if (!type.equals("linear") && !type.equals("yarn")) {
      throw metadata.invalid(typeKey, "none, linear or yarn");
    }
    if (!(factor > 0)) {
      throw metadata.invalid(key("rope.scaling.factor"), "a positive factor");
    }
    ObjectNode scaling = JsonNodeFactory.instance.objectNode();
    scaling.put("rope_type", type);
    scaling.put("factor", factor);
    if (type.equals("yarn")) {
      scaling.put(
          "original_max_position_embeddings", positive("rope.scaling.original_context_length"));
      copy(scaling, "beta_fast", "rope.scaling.yarn_beta_fast");
      copy(scaling, "beta_slow", "rope.scaling.yarn_beta_slow");
    }
    return Optional.of(scaling);
  }

  private void copy(ObjectNode to, String name, String from) {
    if (metadata.has(key(from))) {
      to.put(name, metadata.real(key(from)));
    }
  }

  private void specialTokens() {
    metadata
        .optionalNatural("tokenizer.ggml.bos_token_id")
        .ifPresent(id -> config.put("bos_token_id", id));
    metadata
        .optionalNatural("tokenizer.ggml.eos_token_id")
        .ifPresent(id -> config.put("eos_token_id", id));
  }

  private void refuseForeign() {
    if (metadata.naturalOr(0, key("expert_count")) > 0) {
      throw new CheckpointException(
          file.file(),
          "is a mixture of %d experts, which is not supported; use a dense model"
              .formatted(metadata.natural(key("expert_count"))));
    }
    for (String name : FOREIGN) {
      if (metadata.realOr(0, key(name)) != 0) {
        throw metadata.invalid(
            key(name), "none: not a plain %s model".formatted(family.architecture()));
      }
    }
  }

  /** Rows of the token embedding: what the model has, whatever the tokenizer has. */
  private long vocabulary() {
    StoredTensor embedding = file.tensor("token_embd.weight");
    if (embedding.shape().rank() != 2) {
      throw new CheckpointException(
          file.file(),
          "tensor 'token_embd.weight' has shape %s, expected [vocabulary, width]"
              .formatted(embedding.shape()));
    }
    return embedding.shape().dim(0);
  }

  private boolean hasBias(String module) {
    return file.tensors().containsKey("blk.0.%s.bias".formatted(module));
  }

  private void require(String name, int expected) {
    if (metadata.naturalOr(expected, key(name)) != expected) {
      throw metadata.invalid(key(name), "%d, the width of a head".formatted(expected));
    }
  }

  private int positive(String name) {
    int value = metadata.natural(key(name));
    if (value == 0) {
      throw metadata.invalid(key(name), "a positive integer");
    }
    return value;
  }

  private String key(String name) {
    return family.architecture() + "." + name;
  }
}
