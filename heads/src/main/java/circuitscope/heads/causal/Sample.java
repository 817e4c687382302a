package circuitscope.heads.causal;

/**
 * Rows of tokens that losses are taken on, all of one length.
 *
 * @param source where they come from
 * @param rows {@code [row][position]}
 * @param reference {@code [row][position]} other rows of the same source and length, for what
 *     stands in for a head's output; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record Sample(Source source, int[][] rows, int[][] reference) {

  /** Where rows come from. */
  public enum Source {
    REPEATED,
    TEXT
  }

  /** Rows without others to refer to. */
  public Sample(Source source, int[][] rows) {
    this(source, rows, new int[0][]);
  }
}
