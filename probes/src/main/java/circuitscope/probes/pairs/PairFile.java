package circuitscope.probes.pairs;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Prompt pairs as JSON Lines, {@code docs/prompt-pairs.md}: one object a line. */
public final class PairFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> KEYS =
      Set.of("clean", "corrupted", "answer", "wrong", "position");

  private PairFile() {}

  /**
   * Reads pairs of texts or ids.
   *
   * @param tokenizer null is enough for ids
   * @throws IllegalArgumentException naming the line, for what is no pair: prompts of unequal
   *     length, an answer that is not one token, an unknown key
   */
  public static PromptPairs read(Path file, int vocab, @Nullable Tokenizer tokenizer, BosPolicy bos)
      throws IOException {
    PairTokens tokens = new PairTokens(vocab, tokenizer, bos);
    List<PromptPair> pairs = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        pairs.add(pair(JSON.readTree(line), tokens));
      } catch (JacksonException e) {
        throw broken(file, number, "is not JSON: " + e.getOriginalMessage(), e);
      } catch (IllegalArgumentException e) {
        throw broken(file, number, String.valueOf(e.getMessage()), e);
      }
    }
    return new PromptPairs(pairs, file.toString(), tokens.policy(), Map.of());
  }

  private static IllegalArgumentException broken(Path file, int line, String why, Exception cause) {
    return new IllegalArgumentException("%s: line %d: %s".formatted(file, line, why), cause);
  }

  private static PromptPair pair(JsonNode node, PairTokens tokens) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("a pair is an object with clean, corrupted and answer");
    }
    TreeSet<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown key '%s'; known are %s".formatted(unknown.first(), new TreeSet<>(KEYS)));
    }
    PromptPair whole =
        PromptPair.aligned(
            prompt(node, "clean", tokens),
            prompt(node, "corrupted", tokens),
            answers(node.path("answer"), tokens),
            answers(node.path("wrong"), tokens),
            tokens::label);
    JsonNode position = node.path("position");
    if (position.isMissingNode()) {
      return whole;
    }
    if (!position.isInt()) {
      throw new IllegalArgumentException("position %s is no whole number".formatted(position));
    }
    return new PromptPair(
        whole.clean(), whole.corrupted(), whole.answers(), whole.wrong(), position.intValue());
  }

  private static int[] prompt(JsonNode node, String key, PairTokens tokens) {
    JsonNode value = node.path(key);
    if (value.isTextual()) {
      return tokens.prompt(value.textValue());
    }
    if (value.isArray() && !value.isEmpty()) {
      return ints(value, key);
    }
    throw new IllegalArgumentException("'%s' is neither a text nor a list of ids".formatted(key));
  }

  private static int[] ints(JsonNode values, String key) {
    int[] ids = new int[values.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!values.get(i).isInt() || values.get(i).intValue() < 0) {
        throw new IllegalArgumentException(
            "'%s' holds %s, which is no token id".formatted(key, values.get(i)));
      }
      ids[i] = values.get(i).intValue();
    }
    return ids;
  }

  /** One text or id, or a list of them. */
  private static int[] answers(JsonNode value, PairTokens tokens) {
    if (value.isMissingNode()) {
      return new int[0];
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode one : value.isArray() ? value : JSON.createArrayNode().add(value)) {
      if (one.isTextual()) {
        ids.add(tokens.requireSingle(one.textValue()));
      } else if (one.isInt() && one.intValue() >= 0) {
        ids.add(one.intValue());
      } else {
        throw new IllegalArgumentException("an answer is a text or an id, not " + one);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Writes pairs as ids, which read back as the same pairs. */
  public static void write(Path file, PromptPairs pairs) throws IOException {
    List<String> lines = new ArrayList<>();
    for (PromptPair pair : pairs.pairs()) {
      ObjectNode node = JSON.createObjectNode();
      node.set("clean", JSON.valueToTree(pair.clean()));
      node.set("corrupted", JSON.valueToTree(pair.corrupted()));
      node.set("answer", JSON.valueToTree(pair.answers()));
      if (pair.wrong().length > 0) {
        node.set("wrong", JSON.valueToTree(pair.wrong()));
      }
      if (pair.position() != pair.length() - 1) {
        node.put("position", pair.position());
      }
      lines.add(node.toString());
    }
    Files.write(file, lines);
  }
}
