package circuitscope.models.checkpoint.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a byte-level vocabulary cuts text into words before merging, by the name in {@code
 * tokenizer.ggml.pre}. The expressions are those of the models' own tokenizer.json files, which
 * llama.cpp's follow; {@code default} is llama.cpp's own for files that do not know.
 *
 * @param names values of the key
 * @param splits expressions whose matches become words, one after the other
 * @param byteLevelSplits whether GPT-2's expression, which is the byte level's own, comes last
 * @param composes whether text is brought to Unicode's composed form first
 * @param ignoresMerges whether a word that is a token needs no merges; such models begin with BOS
 */
record PreTokenizer(
    List<String> names,
    List<String> splits,
    boolean byteLevelSplits,
    boolean composes,
    boolean ignoresMerges) {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final List<PreTokenizer> ALL =
      List.of(
          new PreTokenizer(List.of("gpt-2", "phi-2"), List.of(), true, false, false),
          // every digit by itself
          new PreTokenizer(
              List.of("smollm", "starcoder", "refact"), List.of("\\p{N}"), true, false, false),
          new PreTokenizer(
              List.of("llama-bpe", "llama3", "llama-v3"),
              List.of(cl100k("\\p{N}{1,3}")),
              false,
              false,
              true),
          new PreTokenizer(
              List.of("qwen2", "deepseek-r1-qwen", "stablelm2"),
              List.of(cl100k("\\p{N}")),
              false,
              true,
              false),
          new PreTokenizer(
              List.of("default"),
              List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"),
              false,
              false,
              false));

  private static String cl100k(String numbers) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  static Optional<PreTokenizer> named(String name) {
    return ALL.stream().filter(pre -> pre.names.contains(name)).findFirst();
  }

  /** For messages. */
  static String known() {
    return ALL.stream().flatMap(pre -> pre.names.stream()).collect(Collectors.joining(", "));
  }

  /** {@code normalizer} of tokenizer.json. */
  JsonNode normalizer() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return composes ? json.objectNode().put("type", "NFC") : json.nullNode();
  }

  /** {@code pre_tokenizer} of tokenizer.json. */
  ObjectNode preTokenizer() {
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    for (String split : splits) {
      ObjectNode step = steps.addObject().put("type", "Split");
      step.putObject("pattern").put("Regex", split);
      step.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel(byteLevelSplits));
    return sequence;
  }

  static ObjectNode byteLevel(boolean splits) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", splits);
  }
}
