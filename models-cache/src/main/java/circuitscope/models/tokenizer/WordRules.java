package circuitscope.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * How a byte-level BPE tokenizer cuts text into words, each of which is merged by itself.
 *
 * @param splits expressions applied one after the other; matches and what lies between are pieces
 * @param composed whether text is brought to Unicode's composed form first
 * @param added texts that are found before anything else, without those that contain another
 */
record WordRules(List<Pattern> splits, boolean composed, List<String> added) {
  /** The expression of {@code ByteLevel}, GPT-2's. */
  private static final String BYTE_LEVEL =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** Takes the words of a text, in their order. */
  interface Words {
    void word(int from, int to);
  }

  /**
   * The rules of a tokenizer.json, empty where its words cannot be told from its file alone.
   *
   * @param model without its vocabulary and merges
   */
  static Optional<WordRules> of(
      JsonNode model, JsonNode normalizer, JsonNode preTokenizer, JsonNode addedTokens) {
    boolean composed = normalizer.path("type").asText().equals("NFC");
    boolean plain = normalizer.isMissingNode() || normalizer.isNull() || composed;
    if (!plain
        || !model.path("type").asText().equals("BPE")
        || model.path("dropout").asDouble() != 0) {
      return Optional.empty();
    }
    List<String> added = new ArrayList<>();
    for (JsonNode token : addedTokens) {
      if (token.path("lstrip").asBoolean()
          || token.path("rstrip").asBoolean()
          || token.path("single_word").asBoolean()
          || token.path("content").asText().isEmpty()) {
        return Optional.empty();
      }
      added.add(token.path("content").asText());
    }
    List<String> shortest =
        added.stream()
            .filter(text -> added.stream().noneMatch(o -> !o.equals(text) && text.contains(o)))
            .toList();
    JsonNode steps =
        preTokenizer.path("type").asText().equals("Sequence")
            ? preTokenizer.path("pretokenizers")
            : JsonNodeFactory.instance.arrayNode().add(preTokenizer);
    return splits(steps).map(splits -> new WordRules(splits, composed, shortest));
  }

  private static Optional<List<Pattern>> splits(JsonNode steps) {
    List<Pattern> splits = new ArrayList<>();
    boolean byteLevel = false;
    for (JsonNode step : steps) {
      String expression;
      switch (step.path("type").asText()) {
        case "ByteLevel" -> {
          byteLevel = true;
          if (step.path("add_prefix_space").asBoolean(true)) {
            return Optional.empty();
          }
          expression = step.path("use_regex").asBoolean(true) ? BYTE_LEVEL : "";
        }
        case "Digits" ->
            expression = step.path("individual_digits").asBoolean() ? "\\p{N}" : "\\p{N}+";
        case "Split" -> {
          expression = step.path("pattern").path("Regex").asText();
          if (expression.isEmpty()
              || !step.path("behavior").asText().equals("Isolated")
              || step.path("invert").asBoolean()) {
            return Optional.empty();
          }
        }
        default -> {
          return Optional.empty();
        }
      }
      if (!expression.isEmpty()) {
        try {
          splits.add(Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS));
        } catch (PatternSyntaxException e) {
          return Optional.empty(); // an expression of the library's that Java does not know
        }
      }
    }
    return byteLevel && !splits.isEmpty() ? Optional.of(List.copyOf(splits)) : Optional.empty();
  }

  /** Gives out the words of a text. */
  void cut(String text, Words words) {
    Matcher[] matchers = new Matcher[splits.size()];
    for (int i = 0; i < matchers.length; i++) {
      matchers[i] = splits.get(i).matcher(text);
    }
    cut(matchers, 0, 0, text.length(), words);
  }

  private static void cut(Matcher[] matchers, int step, int from, int to, Words words) {
    if (step == matchers.length) {
      words.word(from, to);
      return;
    }
    Matcher matcher = matchers[step].region(from, to);
    int at = from;
    while (matcher.find()) {
      if (matcher.start() > at) {
        cut(matchers, step + 1, at, matcher.start(), words);
      }
      if (matcher.end() > matcher.start()) {
        cut(matchers, step + 1, matcher.start(), matcher.end(), words);
      }
      at = matcher.end();
    }
    if (to > at) {
      cut(matchers, step + 1, at, to, words);
    }
  }
}
