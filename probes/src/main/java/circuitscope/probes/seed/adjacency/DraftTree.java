package circuitscope.probes.seed.adjacency;

import java.util.function.IntUnaryOperator;

/**
 * The tree of drafts that is tried at once: children of a node are its token's best guesses, and a
 * path of ranks r_1 … r_d is in the tree when their product is at most {@code budget} and d at most
 * {@code depth}. Likely paths are deep, unlikely ones short.
 */
public record DraftTree(int budget, int depth) {

  /** Nodes, without the root. */
  public int nodes() {
    return nodes(budget, depth);
  }

  private static int nodes(int left, int depth) {
    int sum = 0;
    for (int rank = 1; depth > 0 && rank <= left; rank++) {
      sum += 1 + nodes(left / rank, depth - 1);
    }
    return sum;
  }

  /**
   * How many tokens the longest path that follows the text has.
   *
   * @param ranks the rank of the text's next token among the guesses, by depth from 0; 0 for none
   */
  public int accepted(IntUnaryOperator ranks) {
    int left = budget;
    for (int d = 0; d < depth; d++) {
      int rank = ranks.applyAsInt(d);
      if (rank == 0 || rank > left) {
        return d;
      }
      left /= rank;
    }
    return depth;
  }
}
