package circuitscope.heads.ngram;

import circuitscope.heads.OrdinaryTokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Rows in which the orders disagree: only the longer context decides what follows.
 *
 * <p>For each order n from 2 up, a stem of n−2 tokens stands behind one of several first tokens,
 * and each first token has its own follower: {@code a s … s X, b s … s Y}. At the end of the stem,
 * n−1 tokens tell the follower and n−2 do not. All blocks of all orders come several times, in
 * random order; all tokens of a row differ but for that.
 */
final class DisagreeingBlocks {
  private DisagreeingBlocks() {}

  /** Tokens of a row without a start token. */
  static int length(int maxOrder, int contexts, int copies) {
    int perCopy = 0;
    for (int order = 2; order <= maxOrder; order++) {
      perCopy += order;
    }
    return contexts * copies * perCopy;
  }

  /**
   * Draws one row.
   *
   * @param contexts first tokens that share a stem
   * @param copies how often each block stands in the row
   * @throws IllegalArgumentException when the vocabulary is too small
   */
  static int[] row(
      int maxOrder, int contexts, int copies, OrdinaryTokens pool, RandomGenerator random) {
    List<int[]> blocks = new ArrayList<>();
    int distinct = 0;
    for (int order = 2; order <= maxOrder; order++) {
      distinct += 2 * contexts + order - 2;
    }
    int[] tokens = pool.draw(distinct, random);
    int next = 0;
    for (int order = 2; order <= maxOrder; order++) {
      int stem = next;
      next += order - 2;
      for (int context = 0; context < contexts; context++) {
        int[] block = new int[order];
        block[0] = tokens[next++];
        System.arraycopy(tokens, stem, block, 1, order - 2);
        block[order - 1] = tokens[next++];
        blocks.addAll(Collections.nCopies(copies, block));
      }
    }
    Collections.shuffle(blocks, Random.from(random));
    return blocks.stream().flatMapToInt(java.util.Arrays::stream).toArray();
  }
}
