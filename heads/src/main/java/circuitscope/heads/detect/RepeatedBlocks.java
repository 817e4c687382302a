package circuitscope.heads.detect;

import circuitscope.models.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows in which one block of random tokens is given several times: what only memory can foresee.
 *
 * @param period tokens in a block
 */
record RepeatedBlocks(Sampler sampler, Bos bos, int period, int repeats, int rows) {

  /** Where the start token is. */
  public enum Bos {
    NONE,
    PREPENDED,
    /** In the place of the first block's first token, which then does not match its copy. */
    OVERWRITES
  }

  /**
   * Where blocks lie in a row.
   *
   * @param start position of the first block's first token
   */
  record Layout(int start, int period, int repeats) {

    /**
     * Where a block of {@code period} tokens and its copy lie in ready-made rows: from the first
     * token on, or behind one start token.
     *
     * @throws IllegalArgumentException naming the first position that breaks the repetition
     */
    static Layout of(int[][] rows, @Nullable Integer period) {
      int asked = period == null ? rows[0].length / 2 : period;
      String broken = broken(rows, 0, asked);
      if (broken != null && (period != null || rows[0].length % 2 == 1)) {
        boolean behindOne = broken(rows, 1, asked) == null;
        return behindOne ? new Layout(1, asked, 2) : refuse(broken);
      }
      return broken == null ? new Layout(0, asked, 2) : refuse(broken);
    }

    private static Layout refuse(String broken) {
      throw new IllegalArgumentException(broken);
    }

    private static @Nullable String broken(int[][] rows, int start, int period) {
      for (int row = 0; row < rows.length; row++) {
        int[] ids = rows[row];
        if (ids.length < start + 2 * period) {
          return "row %d has %d tokens; a block of %d given twice needs %d"
              .formatted(row, ids.length, period, 2 * period);
        }
        for (int i = start + period; i < start + 2 * period; i++) {
          if (ids[i] != ids[i - period]) {
            return "row %d does not repeat with period %d: position %d holds %d, position %d holds %d"
                .formatted(row, period, i - period, ids[i - period], i, ids[i]);
          }
        }
      }
      return null;
    }
  }

  Layout layout() {
    return new Layout(bos == Bos.PREPENDED ? 1 : 0, period, repeats);
  }

  int positions() {
    return layout().start() + period * repeats;
  }

  /**
   * Draws the rows.
   *
   * @param startToken read only where there is a start token
   * @return {@code [rows][position]}
   */
  int[][] draw(int vocab, @Nullable Tokenizer tokenizer, int startToken, long seed) {
    int[][] blocks = sampler.draw(rows, period, vocab, tokenizer, seed);
    int[][] drawn = new int[rows][positions()];
    for (int row = 0; row < rows; row++) {
      for (int repeat = 0; repeat < repeats; repeat++) {
        int at = layout().start() + repeat * period;
        System.arraycopy(blocks[row], 0, drawn[row], at, period);
      }
      if (bos != Bos.NONE) {
        drawn[row][0] = startToken;
      }
    }
    return drawn;
  }

  /** For results. */
  Map<String, Object> describe(long seed) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("period", period);
    words.put("repeats", repeats);
    words.put("rows", rows);
    words.put("sampler", sampler.words());
    words.put("bos", bos == Bos.NONE ? "none added" : bos.name().toLowerCase(Locale.ROOT));
    words.put("seed", seed);
    return words;
  }
}
