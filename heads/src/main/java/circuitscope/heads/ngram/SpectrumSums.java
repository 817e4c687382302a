package circuitscope.heads.ngram;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.heads.ngram.SpectrumColumns.Kind;
import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sums over patterns, by head of all layers and by row, and what can be said of them. */
final class SpectrumSums {
  private final List<int[]> rows;
  private final int maxOrder;
  private final List<List<OrderSets>> sets = new ArrayList<>(); // [row][order − 1]
  private final List<int[][]> counts = new ArrayList<>(); // [row][order − 1][targeted, disagree]
  private final int[][] partners; // [swap][row] whose sets are laid over the row's pattern
  private final double[][][] observed; // [head of all layers][row][column]
  private final double[][][] swapped; // [swap][order − 2][head of all layers]
  private final double[][][] positional; // [head of all layers][row][order − 2], of all swaps

  /**
   * Nothing is summed yet.
   *
   * @param rows all of one length
   */
  SpectrumSums(DecoderSpec spec, List<int[]> rows, NgramAnalysis.Parameters p) {
    this.rows = rows;
    this.maxOrder = p.maxOrder();
    for (int[] row : rows) {
      List<OrderSets> orders =
          OrderSets.upTo(maxOrder, MatchDepths.of(row, maxOrder, p.selfTarget()));
      sets.add(orders);
      counts.add(count(orders));
    }
    RandomGenerator random = OrdinaryTokens.random(p.seed() + 1);
    partners = new int[p.swaps()][];
    for (int swap = 0; swap < partners.length; swap++) {
      partners[swap] = cycle(rows.size(), random);
    }
    int heads = spec.layers() * spec.attention().heads();
    int orders = SpectrumColumns.swapped(maxOrder);
    observed = new double[heads][rows.size()][SpectrumColumns.observed(maxOrder)];
    swapped = new double[partners.length][orders][heads];
    positional = new double[heads][rows.size()][orders];
  }

  private static int[][] count(List<OrderSets> orders) {
    return orders.stream()
        .map(
            sets ->
                new int[] {
                  (int) sets.queries().stream().filter(OrderSets.Sets::targeted).count(),
                  (int) sets.queries().stream().filter(OrderSets.Sets::disagree).count()
                })
        .toArray(int[][]::new);
  }

  /** A random permutation that leaves nothing in its place (Sattolo's algorithm). */
  private static int[] cycle(int size, RandomGenerator random) {
    int[] cycle = new int[size];
    Arrays.setAll(cycle, i -> i);
    for (int i = size - 1; i > 0; i--) {
      int other = random.nextInt(i);
      int kept = cycle[i];
      cycle[i] = cycle[other];
      cycle[other] = kept;
    }
    return cycle;
  }

  int maxOrder() {
    return maxOrder;
  }

  List<OrderSets> sets(int row) {
    return sets.get(row);
  }

  int swaps() {
    return partners.length;
  }

  /** Whose sets are laid over a row's pattern in a swap. */
  List<OrderSets> partnerOf(int row, int swap) {
    return sets.get(partners[swap][row]);
  }

  void observe(int head, int row, int column, float sum) {
    observed[head][row][column] = sum;
  }

  void observeSwapped(int head, int row, int swap, int order, float sum) {
    swapped[swap][order - 2][head] += sum;
    positional[head][row][order - 2] += sum;
  }

  /** Queries of each row that a statistic of that kind is a mean over. */
  double[] queries(int order, Kind kind) {
    return counts.stream()
        .mapToDouble(ofRow -> ofRow[order - 1][kind == Kind.SCORE ? 0 : 1])
        .toArray();
  }

  /** The sets of every query in which the orders disagree. */
  List<OrderSets.Sets> disagreeing(int order) {
    return sets.stream()
        .flatMap(orders -> orders.get(order - 1).queries().stream())
        .filter(OrderSets.Sets::disagree)
        .toList();
  }

  /** {@code [row][2]}: queries and their sum. */
  double[][] of(int head, int order, Kind kind) {
    double[] queries = queries(order, kind);
    double[][] sums = new double[queries.length][];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new double[] {queries[i], observed[head][i][SpectrumColumns.column(order, kind)]};
    }
    return sums;
  }

  /**
   * {@code [row][4]}: queries and their sum per target, and, with the sets of other rows, queries
   * and their sum.
   */
  double[][] besideOtherRows(int head, int order) {
    double[][] own = of(head, order, Kind.PER_TARGET);
    double[][] sums = new double[own.length][4];
    for (int i = 0; i < own.length; i++) {
      sums[i][0] = own[i][0];
      sums[i][1] = own[i][1];
      for (int[] partner : partners) {
        sums[i][2] += own[partner[i]][0];
      }
      sums[i][3] = positional[head][i][order - 2];
    }
    return sums;
  }

  /** Mean attention of a head to key 0, over all later queries. */
  double sinkMass(int head) {
    double mass = 0;
    for (double[] ofRow : observed[head]) {
      mass += ofRow[SpectrumColumns.sink(maxOrder)];
    }
    return mass / rows.size() / (rows.getFirst().length - 1);
  }

  /** What uniform attention gives, of {@code SCORE} or {@code EXCESS}. */
  double uniform(int order, Kind kind) {
    double sum = 0;
    double count = 0;
    for (List<OrderSets> orders : sets) {
      List<OrderSets.Sets> queries = orders.get(order - 1).queries();
      for (int query = 0; query < queries.size(); query++) {
        OrderSets.Sets here = queries.get(query);
        boolean score = kind == Kind.SCORE;
        if (score ? here.targeted() : here.disagree()) {
          int net = here.targets().length - (score ? 0 : here.decoys().length);
          sum += (double) net / (query + 1);
          count++;
        }
      }
    }
    return sum / count;
  }

  /** Excess per target of one head in each swap, around its mean over swaps. */
  double[] swapsOf(int head, int order) {
    double queries = Arrays.stream(queries(order, Kind.PER_TARGET)).sum();
    double[] values =
        Arrays.stream(swapped).mapToDouble(one -> one[order - 2][head] / queries).toArray();
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(value -> value - mean).toArray();
  }

  /** The largest of all heads' {@link #swapsOf}, {@code [swap]}. */
  double[] largestOfSwaps(int order) {
    double[] largest = new double[partners.length];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int head = 0; head < observed.length; head++) {
      double[] values = swapsOf(head, order);
      Arrays.setAll(largest, swap -> Math.max(largest[swap], values[swap]));
    }
    return largest;
  }
}
