package circuitscope.heads.causal;

import circuitscope.heads.detect.RepeatedTokens;
import circuitscope.probes.analysis.Subject;

/** Rows of a block of random tokens given twice, fit for a model. */
public final class RepeatedRows {
  private RepeatedRows() {}

  /**
   * Draws them: distinct tokens in a block, no special ones, no start token.
   *
   * @return {@code [row][2 · period]}
   */
  public static int[][] draw(Subject subject, int rows, int period, long seed) {
    int vocab = subject.model().spec().vocab();
    return RepeatedTokens.draw(rows, period, vocab, subject.tokenizer(), seed);
  }
}
