package circuitscope.probes.analysis;

import circuitscope.probes.corpus.TokenWindow;
import java.util.Arrays;
import java.util.List;

/**
 * Whole windows of the given text.
 *
 * @param rows {@code [window][position]}, all of one length
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record TextWindows(int[][] rows, TokensRead read) {

  /**
   * Reads the first windows. Ready-made rows may be longer; their first tokens count.
   *
   * @param length tokens a window
   * @param limit windows at most
   * @throws IllegalArgumentException when the text is shorter than two windows: an interval over
   *     sequences needs two
   */
  public static TextWindows read(Subject subject, int length, int limit) {
    TokenInput input = cut(subject.requireInput(), length);
    Subject cut = new Subject(subject.model(), subject.tokenizer(), input);
    try (TokenRows rows = cut.rows(length, limit)) {
      List<TokenWindow> windows = rows.next(limit);
      int whole = 0;
      while (whole < windows.size() && windows.get(whole).size() == length) {
        whole++;
      }
      if (whole < 2) {
        int tokens = windows.stream().mapToInt(TokenWindow::size).sum();
        throw new IllegalArgumentException(
            "%s: %d tokens in it, and two windows of %d are needed; give more text or shorter windows with --length"
                .formatted(input.describe(), tokens, length));
      }
      int[][] ids = windows.subList(0, whole).stream().map(TokenWindow::ids).toArray(int[][]::new);
      return new TextWindows(ids, rows.read());
    }
  }

  private static TokenInput cut(TokenInput input, int length) {
    if (!(input instanceof TokenInput.Ids(String source, int[][] rows))) {
      return input;
    }
    int[][] cut =
        Arrays.stream(rows)
            .map(row -> row.length > length ? Arrays.copyOf(row, length) : row)
            .toArray(int[][]::new);
    return new TokenInput.Ids(source, cut);
  }
}
