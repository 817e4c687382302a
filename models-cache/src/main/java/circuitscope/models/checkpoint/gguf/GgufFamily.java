package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.TensorShape;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The architectures that are read, and where each keeps what in a GGUF file and a Hugging Face one.
 */
enum GgufFamily {
  LLAMA("llama"),
  QWEN2("qwen2"),
  GPT2("gpt2");

  private static final Pattern LAYER = Pattern.compile("blk\\.(0|[1-9][0-9]{0,5})\\.(.+)");
  private static final Pattern PARAMETER = Pattern.compile("(.+)\\.(weight|bias)");

  private final String architecture;

  GgufFamily(String architecture) {
    this.architecture = architecture;
  }

  /** Modules of a GGUF file and those of Hugging Face. */
  private static final class Names {
    static final Map<String, String> LLAMA =
        Map.of(
            "token_embd", "model.embed_tokens", "output_norm", "model.norm", "output", "lm_head");
    static final Map<String, String> LLAMA_LAYER =
        Map.of(
            "attn_norm", "input_layernorm",
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_output", "self_attn.o_proj",
            "ffn_norm", "post_attention_layernorm",
            "ffn_gate", "mlp.gate_proj",
            "ffn_up", "mlp.up_proj",
            "ffn_down", "mlp.down_proj");
    static final Map<String, String> GPT2 =
        Map.of(
            "token_embd", "transformer.wte",
            "position_embd", "transformer.wpe",
            "output_norm", "transformer.ln_f",
            "output", "lm_head");
    static final Map<String, String> GPT2_LAYER =
        Map.of(
            "attn_norm", "ln_1",
            "attn_qkv", "attn.c_attn",
            "attn_output", "attn.c_proj",
            "ffn_norm", "ln_2",
            "ffn_up", "mlp.c_fc",
            "ffn_down", "mlp.c_proj");
  }

  static GgufFamily of(GgufMetadata metadata) {
    String architecture = metadata.text("general.architecture");
    return Arrays.stream(values())
        .filter(family -> family.architecture.equals(architecture))
        .findFirst()
        .orElseThrow(
            () ->
                metadata.invalid(
                    "general.architecture",
                    Arrays.stream(values())
                            .map(family -> family.architecture)
                            .collect(Collectors.joining(", "))
                        + "; give the model's Hugging Face directory instead"));
  }

  String architecture() {
    return architecture;
  }

  /**
   * The file's tensors under Hugging Face's names and in its layout.
   *
   * @param dHead width of a head, by which the llama architecture's rows are put back in order
   */
  SortedMap<String, StoredTensor> tensors(GgufFile file, int dHead) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    file.tensors()
        .forEach(
            (name, stored) -> {
              if (!isConstant(name)) {
                StoredTensor tensor = inOrder(file, name, stored, dHead);
                tensors.put(tensor.name(), tensor);
              }
            });
    return Collections.unmodifiableSortedMap(tensors);
  }

  /** What a file may hold beside weights: rotary frequencies, which the configuration gives. */
  private static boolean isConstant(String name) {
    return name.equals(RopeFactors.TENSOR) || name.endsWith(".attn_rot_embd");
  }

  private StoredTensor inOrder(GgufFile file, String name, StoredTensor stored, int dHead) {
    String full = name(file, name);
    boolean isMatrix = stored.shape().rank() == 2;
    if (this == GPT2 && isMatrix && name.startsWith("blk.")) {
      return new Transposed(full, stored);
    }
    if (this == LLAMA && (full.contains(".q_proj.") || full.contains(".k_proj."))) {
      TensorShape shape = stored.shape();
      if (shape.rank() < 1 || shape.rank() > 2 || shape.dim(0) % dHead != 0) {
        throw new CheckpointException(
            file.file(),
            "tensor '%s' has shape %s, expected rows of whole heads of %d"
                .formatted(name, shape, dHead));
      }
      return new RotaryRows(full, stored, dHead);
    }
    return GgufFile.tensor(full, stored.type(), stored.shape(), stored.bytes());
  }

  private String name(GgufFile file, String name) {
    Matcher parameter = PARAMETER.matcher(name);
    if (parameter.matches()) {
      Matcher layer = LAYER.matcher(parameter.group(1));
      boolean inLayer = layer.matches();
      String module =
          inLayer ? inLayer().get(layer.group(2)) : aroundLayers().get(parameter.group(1));
      if (module != null) {
        String prefix = inLayer ? layers() + layer.group(1) + "." : "";
        return prefix + module + "." + parameter.group(2);
      }
    }
    throw new CheckpointException(
        file.file(),
        "tensor '%s' is not one that the '%s' architecture has; give the model's Hugging Face"
                .formatted(name, architecture)
            + " directory instead");
  }

  private String layers() {
    return this == GPT2 ? "transformer.h." : "model.layers.";
  }

  private Map<String, String> inLayer() {
    return this == GPT2 ? Names.GPT2_LAYER : Names.LLAMA_LAYER;
  }

  private Map<String, String> aroundLayers() {
    return this == GPT2 ? Names.GPT2 : Names.LLAMA;
  }
}
