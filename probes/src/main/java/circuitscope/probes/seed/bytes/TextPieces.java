package circuitscope.probes.seed.bytes;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pieces of running text, each within one document: of every window its longest run of ordinary
 * tokens.
 *
 * @param texts whole characters
 */
public record TextPieces(List<String> texts, TokensRead read) {

  /**
   * The first windows of the subject's input.
   *
   * @param tokens a window at most
   * @param windows at most
   * @throws IllegalArgumentException when there is no text in it
   */
  public static TextPieces read(Subject subject, int tokens, int windows) {
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    int context = subject.model().spec().contextLength();
    if (tokens >= context) {
      throw new IllegalArgumentException(
          "tokens: %d and an opening token are more than the model's context of %d"
              .formatted(tokens, context));
    }
    try (TokenRows rows = subject.rows(tokens, windows)) {
      List<String> texts = new ArrayList<>();
      List<TokenWindow> next = rows.next(windows);
      while (!next.isEmpty()) {
        next.forEach(window -> texts.add(longestRun(window.ids(), tokenizer)));
        next = rows.next(windows);
      }
      texts.removeIf(text -> text.length() < 2);
      if (texts.isEmpty()) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": no two characters of text in it");
      }
      return new TextPieces(texts, rows.read());
    }
  }

  private static String longestRun(int[] ids, Tokenizer tokenizer) {
    int[] longest = {};
    int from = 0;
    for (int at = 0; at <= ids.length; at++) {
      if (at == ids.length || tokenizer.isSpecial(ids[at])) {
        longest = at - from > longest.length ? Arrays.copyOfRange(ids, from, at) : longest;
        from = at + 1;
      }
    }
    byte[] bytes = tokenizer.bytes(longest);
    int first = 0;
    while (first < bytes.length && (bytes[first] & 0xc0) == 0x80) {
      first++; // the rest of a character of the window before
    }
    String text = new String(bytes, first, bytes.length - first, StandardCharsets.UTF_8);
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\uFFFD') {
      end--;
    }
    return text.substring(0, end);
  }

  /** The texts in UTF-8. */
  public List<byte[]> bytes() {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
