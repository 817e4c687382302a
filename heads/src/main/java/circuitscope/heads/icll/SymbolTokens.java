package circuitscope.heads.icll;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The tokens of a model that stand for the symbols of a language.
 *
 * @param symbols {@code [symbol]} token ids, drawn
 * @param separator the newline where that is one token, else drawn
 * @param bos put before each example, if the model knows one
 * @param policy how they were chosen
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record SymbolTokens(int[] symbols, int separator, OptionalInt bos, String policy) {

  /**
   * Draws tokens for symbols: single letters after a space where the tokenizer has enough of them,
   * else ordinary tokens; without a tokenizer, any ids.
   *
   * @throws IllegalArgumentException when the vocabulary is too small
   */
  public static SymbolTokens draw(int count, Subject subject, RandomGenerator random) {
    Tokenizer tokenizer = subject.tokenizer();
    OrdinaryTokens ordinary = OrdinaryTokens.of(subject.model().spec().vocab(), tokenizer);
    if (tokenizer == null) {
      int[] drawn = ordinary.draw(count + 1, random);
      return new SymbolTokens(
          Arrays.copyOf(drawn, count), drawn[count], OptionalInt.empty(), "ids drawn at random");
    }
    OrdinaryTokens letters = ordinary.filter(id -> isLetterAfterSpace(tokenizer.bytes(id)));
    OrdinaryTokens newline =
        ordinary.filter(id -> Arrays.equals(tokenizer.bytes(id), new byte[] {'\n'}));
    boolean enough = letters.size() >= count;
    int[] symbols = (enough ? letters : ordinary).draw(count, random);
    boolean newlineFree =
        newline.size() == 1
            && Arrays.stream(symbols).noneMatch(id -> id == newline.draw(1, random)[0]);
    int separator =
        (newlineFree
                ? newline
                : ordinary.filter(id -> Arrays.stream(symbols).noneMatch(taken -> taken == id)))
            .draw(1, random)[0];
    OptionalInt bos = OrdinaryTokens.start(tokenizer);
    return new SymbolTokens(
        symbols,
        separator,
        bos,
        "%s drawn as symbols, %s as separator, %s"
            .formatted(
                enough ? "letters after a space" : "ordinary tokens",
                newlineFree ? "newline" : "another one",
                bos.isPresent() ? "one start token" : "no start token"));
  }

  private static boolean isLetterAfterSpace(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.length() == 2
        && text.charAt(0) == ' '
        && (text.charAt(1) | 0x20) >= 'a'
        && (text.charAt(1) | 0x20) <= 'z';
  }

  /** Tokens before an example's first. */
  public int before() {
    return bos.isPresent() ? 1 : 0;
  }

  /** An example as the model reads it. */
  public int[] encode(LanguageExample example) {
    int[] ids = new int[example.length() + before()];
    bos.ifPresent(id -> ids[0] = id);
    for (int i = 0; i < example.length(); i++) {
      int symbol = example.symbols()[i];
      ids[i + before()] = symbol == example.separator() ? separator : symbols[symbol];
    }
    return ids;
  }

  List<String> labels(Subject subject) {
    List<String> labels = new ArrayList<>();
    for (int id : symbols) {
      labels.add(subject.label(id));
    }
    return labels;
  }
}
