package circuitscope.heads.detect;

import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows whose patterns are averaged, or the two whose patterns are subtracted.
 *
 * @param ids all of one length; with another text its row is the last
 * @param read of the input; the other text is told of by its words
 */
record PatternRows(List<int[]> ids, TokensRead read) {
  /**
   * Reads the first rows.
   *
   * @param length tokens a row at most
   * @param count rows, all of one length
   * @param otherText subtracted from the input, which is then one row of text; null for none
   * @throws IllegalArgumentException when there are fewer rows, or the two texts differ in length
   */
  static PatternRows read(Subject subject, int length, int count, @Nullable String otherText) {
    List<int[]> rows = new ArrayList<>();
    TokensRead read = add(subject, length, count, rows);
    if (otherText != null) {
      if (!(subject.requireInput() instanceof TokenInput.Prompt prompt)) {
        throw new IllegalArgumentException("other-text is compared with --text: give that");
      }
      TokenInput other = new TokenInput.Prompt(otherText, prompt.bos());
      add(new Subject(subject.model(), subject.tokenizer(), other), length, 1, rows);
      if (rows.getLast().length != rows.getFirst().length) {
        throw new IllegalArgumentException(
            "the text has %d tokens and other-text %d; their patterns can be subtracted only where"
                    .formatted(rows.getFirst().length, rows.getLast().length)
                + " token stands against token");
      }
    }
    return new PatternRows(rows, read);
  }

  private static TokensRead add(Subject subject, int length, int count, List<int[]> into) {
    try (TokenRows windows = subject.rows(length, count)) {
      List<TokenWindow> batch = windows.next(count);
      if (batch.isEmpty() || batch.getFirst().size() < 2) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": a pattern needs at least two tokens");
      }
      if (batch.size() < count) {
        throw new IllegalArgumentException(
            "%s: %d rows of %d tokens were asked for, and there are %d; lower --rows or --max-tokens"
                .formatted(subject.requireInput().describe(), count, length, batch.size()));
      }
      batch.forEach(window -> into.add(window.ids()));
      return windows.read();
    }
  }

  int positions() {
    return ids.getFirst().length;
  }

  List<String> labels(Subject subject) {
    return labels(ids.getFirst(), subject);
  }

  List<String> otherLabels(Subject subject) {
    return labels(ids.getLast(), subject);
  }

  private static List<String> labels(int[] row, Subject subject) {
    return Arrays.stream(row).mapToObj(subject::label).toList();
  }
}
