package circuitscope.heads.ngram;

import java.util.List;

/**
 * The sums over a pattern that the spectrum is made of, as columns of weights: a pattern {@code
 * [query · key]} times {@code [query · key, column]} is all of them at once.
 *
 * <p>Observed columns are four an order (see {@link Kind}) and last the mass on key 0. Shuffled
 * columns are one an order from 2 up: {@link Kind#PER_TARGET} with the targets' places drawn anew
 * among each query's candidates, T_n and D_n together.
 */
final class SpectrumColumns {
  /** What is summed over the queries of a row. */
  enum Kind {
    /** Σ_T A, where T is not empty. */
    SCORE,
    /** Σ_T A − Σ_D A, where neither is empty. */
    EXCESS,
    /** What EXCESS is for a head to which T and D are alike: (|T|−|D|)/(|T|+|D|) · Σ_{T∪D} A. */
    BLIND,
    /** Σ_T A / |T| − Σ_D A / |D|, where neither is empty. */
    PER_TARGET
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  private SpectrumColumns() {}

  static int observed(int maxOrder) {
    return KINDS.size() * maxOrder + 1;
  }

  static int swapped(int maxOrder) {
    return maxOrder - 1;
  }

  static int column(int order, Kind kind) {
    return KINDS.size() * (order - 1) + KINDS.indexOf(kind);
  }

  static int sink(int maxOrder) {
    return KINDS.size() * maxOrder;
  }

  /** One row's part {@code [query, key, column]} of a larger array of weights. */
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  record Part(float[] weights, int start, int size, int columns) {
    void set(int query, int key, int column, double weight) {
      weights[start + (query * size + key) * columns + column] = (float) weight;
    }

    private void set(int query, int[] keys, int column, double weight) {
      for (int key : keys) {
        set(query, key, column, weight);
      }
    }
  }

  static void fillObserved(List<OrderSets> orders, Part part) {
    for (OrderSets sets : orders) {
      for (int query = 0; query < part.size(); query++) {
        fillObserved(sets.order(), query, sets.queries().get(query), part);
      }
    }
    for (int query = 1; query < part.size(); query++) {
      part.set(query, 0, sink(orders.size()), 1);
    }
  }

  private static void fillObserved(int order, int query, OrderSets.Sets sets, Part part) {
    part.set(query, sets.targets(), column(order, Kind.SCORE), 1);
    if (!sets.disagree()) {
      return;
    }
    double targets = sets.targets().length;
    double decoys = sets.decoys().length;
    part.set(query, sets.targets(), column(order, Kind.EXCESS), 1);
    part.set(query, sets.decoys(), column(order, Kind.EXCESS), -1);
    double blind = (targets - decoys) / (targets + decoys);
    part.set(query, sets.candidates(), column(order, Kind.BLIND), blind);
    part.set(query, sets.targets(), column(order, Kind.PER_TARGET), 1 / targets);
    part.set(query, sets.decoys(), column(order, Kind.PER_TARGET), -1 / decoys);
  }

  /**
   * The sets of another row, into the columns from {@code first} on.
   *
   * @param orders the other row's, from order 1 up, which is left out
   */
  static void fillSwapped(List<OrderSets> orders, Part part, int first) {
    for (OrderSets sets : orders.subList(1, orders.size())) {
      for (int query = 0; query < part.size(); query++) {
        OrderSets.Sets here = sets.queries().get(query);
        if (here.disagree()) {
          int column = first + sets.order() - 2;
          part.set(query, here.targets(), column, 1.0 / here.targets().length);
          part.set(query, here.decoys(), column, -1.0 / here.decoys().length);
        }
      }
    }
  }
}
