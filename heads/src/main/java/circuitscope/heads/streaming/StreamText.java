package circuitscope.heads.streaming;

import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import java.util.Arrays;
import java.util.List;

/**
 * The whole input as one stream. Rows of ready-made ids follow each other, as texts do in the
 * published evaluation, where the cache outlives them.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StreamText(int[] ids, TokensRead read) {
  private static final int ROW = 1024;

  /**
   * @param limit tokens at most
   * @throws IllegalArgumentException when there is nothing to predict
   */
  static StreamText of(Subject subject, int limit) {
    int length =
        subject.requireInput() instanceof TokenInput.Ids(String _, int[][] rows)
            ? Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(1)
            : ROW;
    int[] ids = new int[ROW];
    int filled = 0;
    try (TokenRows rows = subject.rows(length, 1 + (limit - 1L) / length)) {
      for (List<TokenWindow> some = rows.next(1); !some.isEmpty(); some = rows.next(1)) {
        int[] row = some.getFirst().ids();
        if (filled + row.length > ids.length) {
          ids = Arrays.copyOf(ids, Math.max(2 * ids.length, filled + row.length));
        }
        System.arraycopy(row, 0, ids, filled, row.length);
        filled += row.length;
      }
      if (filled < 2) {
        throw new IllegalArgumentException(
            "%s: a stream needs two tokens, one to read and one to predict"
                .formatted(subject.requireInput().describe()));
      }
      return new StreamText(Arrays.copyOf(ids, Math.min(filled, limit)), rows.read());
    }
  }

  int tokens() {
    return ids.length;
  }

  /** Tokens {@code from} to {@code to}, exclusive. */
  int[] part(int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }
}
