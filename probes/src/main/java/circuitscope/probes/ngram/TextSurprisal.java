package circuitscope.probes.ngram;

/**
 * Surprisal of token rows under a table: positions 1 to T − 1 of each, every one given the tokens
 * before it in its row, as a model is scored.
 */
public final class TextSurprisal {
  private final NgramTable table;
  private long scored;
  private long infinite;
  private long backOffs;
  private double finiteBits;

  public TextSurprisal(NgramTable table) {
    this.table = table;
  }

  /**
   * Of all rows so far.
   *
   * @param scored positions
   * @param infinite those whose probability is 0
   * @param backOffs those whose context was never seen, scored by the unigrams
   * @param meanFiniteBits mean over the finite ones; NaN when there is none
   */
  public record Totals(long scored, long infinite, long backOffs, double meanFiniteBits) {}

  /**
   * Scores a row.
   *
   * @return {@code [position]} bits, positive infinity where the probability is 0; NaN at position
   *     0
   */
  public double[] score(int[] row) {
    double[] bits = new double[row.length];
    int[] context = new int[table.order() - 1];
    for (int position = 0; position < row.length; position++) {
      if (position == 0) {
        bits[0] = Double.NaN;
        continue;
      }
      for (int back = 1; back < table.order(); back++) {
        int at = position - back;
        context[context.length - back] = at < 0 ? table.vocab() : row[at];
      }
      bits[position] = table.surprisalBits(context, row[position]);
      scored++;
      backOffs += table.seen(context) ? 0 : 1;
      if (Double.isInfinite(bits[position])) {
        infinite++;
      } else {
        finiteBits += bits[position];
      }
    }
    return bits;
  }

  public Totals totals() {
    return new Totals(scored, infinite, backOffs, finiteBits / (scored - infinite));
  }
}
