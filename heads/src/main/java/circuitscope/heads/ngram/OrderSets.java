package circuitscope.heads.ngram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a head of order n looks in one row, and where only one of a lower order would.
 *
 * @param order n: targets follow a copy of the query's last n−1 tokens
 * @param queries one for each query position
 */
record OrderSets(int order, List<Sets> queries) {

  /**
   * The sets of one query.
   *
   * @param targets T_n, the keys in M_n
   * @param decoys D_n = E_{n−1}, the keys that match n−2 tokens but not n−1; empty for n = 1
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Sets(int[] targets, int[] decoys) {
    boolean targeted() {
      return targets.length > 0;
    }

    /** Whether the orders n and n−1 disagree here. */
    boolean disagree() {
      return targets.length > 0 && decoys.length > 0;
    }

    /** T_n and D_n together: M_{n−1}. */
    int[] candidates() {
      int[] all = Arrays.copyOf(targets, targets.length + decoys.length);
      System.arraycopy(decoys, 0, all, targets.length, decoys.length);
      return all;
    }
  }

  static OrderSets of(int order, MatchDepths depths) {
    List<Sets> queries = new ArrayList<>();
    int[] targets = new int[depths.size()];
    int[] decoys = new int[depths.size()];
    for (int query = 0; query < depths.size(); query++) {
      int targetCount = 0;
      int decoyCount = 0;
      for (int key = 0; key <= query; key++) {
        if (depths.matches(order, query, key)) {
          targets[targetCount++] = key;
        } else if (depths.exactly(order - 1, query, key)) {
          decoys[decoyCount++] = key;
        }
      }
      queries.add(new Sets(Arrays.copyOf(targets, targetCount), Arrays.copyOf(decoys, decoyCount)));
    }
    return new OrderSets(order, queries);
  }

  /** Orders 1 to {@code most} of one row. */
  static List<OrderSets> upTo(int most, MatchDepths depths) {
    List<OrderSets> orders = new ArrayList<>();
    for (int order = 1; order <= most; order++) {
      orders.add(of(order, depths));
    }
    return orders;
  }
}
