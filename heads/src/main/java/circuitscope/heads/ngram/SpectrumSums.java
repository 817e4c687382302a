package circuitscope.heads.ngram;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.heads.PatternReader;
import circuitscope.heads.ngram.SpectrumColumns.Kind;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sums over patterns as they are made, by head and row. No pattern is kept: each layer's is
 * multiplied with the weights of {@link SpectrumColumns} on the device.
 */
final class SpectrumSums {
  /** Weights on the device at once, in values: 256 MB. */
  private static final long WEIGHTS_AT_ONCE = 1L << 26;

  private final Model model;
  private final List<int[]> rows;
  private final int maxOrder;
  private final List<List<OrderSets>> sets = new ArrayList<>(); // [row][order − 1]
  private final List<int[][]> counts = new ArrayList<>(); // [row][order − 1][targeted, disagree]
  private final int[][] partners; // [swap][row] whose sets are laid over the row's pattern
  private final double[][][] observed; // [head of all layers][row][column]
  private final double[][][] swapped; // [swap][order − 2][head of all layers]
  private final double[][][] positional; // [head of all layers][row][order − 2], of all swaps

  /**
   * Nothing is run yet.
   *
   * @param rows all of one length
   */
  SpectrumSums(Model model, List<int[]> rows, NgramAnalysis.Parameters p) {
    this.model = model;
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
    DecoderSpec spec = model.spec();
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

  /** How many rows are run at once. */
  int rowsAtOnce(int asked) {
    int columns = SpectrumColumns.observed(maxOrder) + swapsAtOnce() * swappedColumns();
    return (int) Math.clamp(WEIGHTS_AT_ONCE / (area() * columns), 1, asked);
  }

  private int swapsAtOnce() {
    return (int) Math.clamp(WEIGHTS_AT_ONCE / 2 / (area() * swappedColumns()), 1, partners.length);
  }

  private int swappedColumns() {
    return SpectrumColumns.swapped(maxOrder);
  }

  private long area() {
    return (long) rows.getFirst().length * rows.getFirst().length;
  }

  /** Runs the model on rows {@code from} to {@code to}. */
  void run(int from, int to) {
    TokenBatch tokens = TokenBatch.of(rows.subList(from, to));
    int atOnce = swapsAtOnce();
    for (int swap = 0; swap < partners.length; swap += atOnce) {
      pass(tokens, new Pass(from, swap, Math.min(partners.length, swap + atOnce)));
    }
  }

  /** One run of the model; the first of some rows also holds what is observed. */
  private final class Pass {
    final int firstRow;
    final int fromSwap;
    final int toSwap;
    final int swappedFrom;
    final int columns;

    Pass(int firstRow, int fromSwap, int toSwap) {
      this.firstRow = firstRow;
      this.fromSwap = fromSwap;
      this.toSwap = toSwap;
      this.swappedFrom = fromSwap == 0 ? SpectrumColumns.observed(maxOrder) : 0;
      this.columns = swappedFrom + (toSwap - fromSwap) * swappedColumns();
    }

    /** {@code [row, query, key, column]}. */
    float[] weights(int batch, int length) {
      float[] weights = new float[batch * length * length * columns];
      for (int row = 0; row < batch; row++) {
        SpectrumColumns.Part part =
            new SpectrumColumns.Part(weights, row * length * length * columns, length, columns);
        if (fromSwap == 0) {
          SpectrumColumns.fillObserved(sets.get(firstRow + row), part);
        }
        for (int swap = fromSwap; swap < toSwap; swap++) {
          int column = swappedFrom + (swap - fromSwap) * swappedColumns();
          int partner = partners[swap][firstRow + row];
          SpectrumColumns.fillSwapped(sets.get(partner), part, column);
        }
      }
      return weights;
    }

    /** Keeps one layer's {@code [row, head, column]}. */
    void keep(int layer, int heads, float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        int column = i % columns;
        int head = layer * heads + i / columns % heads;
        int row = firstRow + i / columns / heads;
        if (column < swappedFrom) {
          observed[head][row][column] = sums[i];
        } else {
          int order = (column - swappedFrom) % swappedColumns();
          swapped[fromSwap + (column - swappedFrom) / swappedColumns()][order][head] += sums[i];
          positional[head][row][order] += sums[i];
        }
      }
    }
  }

  private void pass(TokenBatch tokens, Pass pass) {
    int length = tokens.positions();
    try (NDManager scope = model.newManager()) {
      Shape shape = new Shape(tokens.batch(), (long) length * length, pass.columns);
      NDArray weights = scope.create(pass.weights(tokens.batch(), length), shape);
      model.run(
          tokens,
          new PatternReader(
              (layer, pattern) -> {
                long[] axes = pattern.getShape().getShape(); // [batch, head, query, key]
                try (NDArray flat = pattern.reshape(axes[0], axes[1], axes[2] * axes[3]);
                    NDArray sums = flat.matMul(weights)) { // [batch, head, column]
                  pass.keep(layer, (int) axes[1], sums.toFloatArray());
                }
              }));
    }
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
      sums[i] =
          new double[] {queries[i], observed[head][i][SpectrumColumns.column(order, kind)]};
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
