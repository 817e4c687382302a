package circuitscope.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokenizer files of a Hugging Face folder.
 *
 * @param tokenizerJson the text of tokenizer.json, or its like made of vocab.json and merges.txt
 */
record TokenizerFiles(Path directory, String source, String tokenizerJson) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static TokenizerFiles read(Path directory) throws IOException {
    Path whole = directory.resolve("tokenizer.json");
    Path vocabulary = directory.resolve("vocab.json");
    Path merges = directory.resolve("merges.txt");
    if (Files.isRegularFile(whole)) {
      return new TokenizerFiles(directory, whole.toString(), Files.readString(whole));
    }
    if (Files.isRegularFile(vocabulary) && Files.isRegularFile(merges)) {
      return new TokenizerFiles(
          directory, vocabulary.toString(), byteLevelBpe(directory, vocabulary, merges));
    }
    String have =
        Files.isRegularFile(directory.resolve("tokenizer.model"))
            ? "tokenizer.model alone is not read; in Python,"
                + " AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes"
                + " tokenizer.json"
            : "give the tokenizer's folder (--tokenizer DIR), or token ids instead of text (--ids)";
    throw new TokenizerException(
        "%s: neither tokenizer.json nor vocab.json with merges.txt; %s".formatted(directory, have));
  }

  /** Roles by tokenizer_config.json, else special_tokens_map.json, else the ids of config.json. */
  SpecialTokens specialTokens(Vocabulary vocabulary) throws IOException {
    JsonNode config = json("tokenizer_config.json");
    JsonNode map = json("special_tokens_map.json");
    JsonNode model = json("config.json");
    JsonNode addBos = config.path("add_bos_token");
    return new SpecialTokens(
        role("bos", config, map, model, vocabulary),
        role("eos", config, map, model, vocabulary),
        role("pad", config, map, model, vocabulary),
        !addBos.isBoolean()
            ? SpecialTokens.AddBos.UNSAID
            : addBos.booleanValue() ? SpecialTokens.AddBos.YES : SpecialTokens.AddBos.NO);
  }

  private static OptionalInt role(
      String role, JsonNode config, JsonNode map, JsonNode model, Vocabulary vocabulary) {
    for (JsonNode file : List.of(config, map)) {
      JsonNode token = file.path(role + "_token");
      String content = token.isObject() ? token.path("content").asText() : token.asText();
      Integer id = vocabulary.id(content);
      if (id != null) {
        return OptionalInt.of(id);
      }
    }
    JsonNode id = model.path(role + "_token_id");
    JsonNode first = id.isArray() ? id.path(0) : id;
    boolean usable = first.isInt() && first.intValue() >= 0 && first.intValue() < vocabulary.size();
    return usable ? OptionalInt.of(first.intValue()) : OptionalInt.empty();
  }

  private JsonNode json(String name) throws IOException {
    return jsonOrEmpty(directory.resolve(name));
  }

  private static JsonNode jsonOrEmpty(Path file) throws IOException {
    return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
  }

  /** GPT-2's two files as one tokenizer.json: byte-level BPE with the special tokens added. */
  private static String byteLevelBpe(Path directory, Path vocabularyFile, Path mergesFile)
      throws IOException {
    JsonNode vocabulary = JSON.readTree(vocabularyFile.toFile());
    JsonNode config = jsonOrEmpty(directory.resolve("tokenizer_config.json"));
    ObjectNode tokenizer = JSON.createObjectNode();
    ArrayNode added = tokenizer.putArray("added_tokens");
    for (String role : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
      for (JsonNode file :
          List.of(config, jsonOrEmpty(directory.resolve("special_tokens_map.json")))) {
        JsonNode token = file.path(role);
        addSpecial(
            added, token.isObject() ? token.path("content").asText() : token.asText(), vocabulary);
      }
    }
    addSpecial(added, "<|endoftext|>", vocabulary);
    ObjectNode byteLevel =
        JSON.createObjectNode()
            .put("type", "ByteLevel")
            .put("add_prefix_space", config.path("add_prefix_space").asBoolean(false))
            .put("trim_offsets", true)
            .put("use_regex", true);
    tokenizer.set("pre_tokenizer", byteLevel);
    tokenizer.set("decoder", byteLevel);
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    model.set("vocab", vocabulary);
    ArrayNode merges = model.putArray("merges");
    for (String line : Files.readAllLines(mergesFile)) {
      if (!line.isBlank() && !line.startsWith("#version")) {
        merges.add(line);
      }
    }
    return JSON.writeValueAsString(tokenizer);
  }

  private static void addSpecial(ArrayNode added, String content, JsonNode vocabulary) {
    boolean known = added.findValuesAsText("content").contains(content);
    if (!known && vocabulary.path(content).isInt()) {
      added
          .addObject()
          .put("id", vocabulary.path(content).intValue())
          .put("content", content)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
  }
}
