package circuitscope.heads.detect;

import circuitscope.probes.analysis.Subject;

/** Rows of a block of random tokens given twice, for what else is measured on such rows. */
public final class RepeatedRows {
  private RepeatedRows() {}

  /**
   * Draws them: distinct tokens in a block, no special ones, no start token.
   *
   * @return {@code [row][2 · period]}
   */
  public static int[][] draw(Subject subject, int rows, int period, long seed) {
    RepeatedBlocks blocks =
        new RepeatedBlocks(Sampler.ORDINARY, RepeatedBlocks.Bos.NONE, period, 2, rows);
    return blocks.draw(subject.model().spec().vocab(), subject.tokenizer(), 0, seed);
  }
}
