package circuitscope.heads.detect;

import circuitscope.models.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Words that have a successor, as far as the tokenizer at hand writes them as single tokens.
 *
 * @param pairs a token and its successor, in the same form of writing
 * @param items tokens by sequence, for results
 */
record OrdinalSequences(List<Pair> pairs, Map<String, Integer> items) {
  private static final Map<String, List<String>> WORDS = words();

  /**
   * Two neighbours.
   *
   * @param sequence which, such as {@code months}
   */
  record Pair(String sequence, int token, int successor) {}

  private static Map<String, List<String>> words() {
    Map<String, List<String>> words = new LinkedHashMap<>();
    words.put("numbers", IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    words.put(
        "number words",
        split(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                + " fifteen sixteen seventeen eighteen nineteen twenty"));
    words.put(
        "ordinal words",
        split("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"));
    words.put("days", split("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"));
    words.put(
        "months",
        split(
            "January February March April May June July August September October November"
                + " December"));
    words.put(
        "letters",
        IntStream.rangeClosed('A', 'Z').mapToObj(c -> Character.toString((char) c)).toList());
    return words;
  }

  private static List<String> split(String words) {
    return Arrays.asList(words.split(" ", -1));
  }

  /** The pairs that this tokenizer knows, with and without a space before them. */
  static OrdinalSequences of(Tokenizer tokenizer) {
    List<Pair> pairs = new ArrayList<>();
    Map<String, Integer> items = new TreeMap<>();
    List<UnaryOperator<String>> forms = List.of(word -> word, word -> " " + word);
    WORDS.forEach(
        (name, words) -> {
          int before = pairs.size();
          for (UnaryOperator<String> form : forms) {
            int[] ids =
                words.stream().mapToInt(word -> single(tokenizer, form.apply(word))).toArray();
            for (int i = 0; i + 1 < ids.length; i++) {
              if (ids[i] >= 0 && ids[i + 1] >= 0) {
                pairs.add(new Pair(name, ids[i], ids[i + 1]));
              }
            }
          }
          items.put(name, pairs.size() - before);
        });
    return new OrdinalSequences(pairs, items);
  }

  /** The token that is that text, or −1. */
  private static int single(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    return ids.length == 1 && new String(tokenizer.bytes(ids), StandardCharsets.UTF_8).equals(text)
        ? ids[0]
        : -1;
  }

  /** Every token that is in some pair, ascending. */
  int[] tokens() {
    return pairs.stream()
        .flatMapToInt(pair -> IntStream.of(pair.token(), pair.successor()))
        .distinct()
        .sorted()
        .toArray();
  }
}
