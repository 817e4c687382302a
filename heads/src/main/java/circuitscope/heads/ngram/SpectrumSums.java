package circuitscope.heads.ngram;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.heads.PatternReader;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sums over patterns as they are made, by head and sequence, and over all sequences for each
 * shuffle. No pattern is kept: each layer's is multiplied with the weights of {@link
 * SpectrumColumns} on the device.
 */
final class SpectrumSums {
  /** Weights on the device at once, in values: 256 MB. */
  private static final long WEIGHTS_AT_ONCE = 1L << 26;

  private final Model model;
  private final int maxOrder;
  private final int shuffles;
  private final boolean selfTarget;
  private final long seed;
  private final double[][][] observed; // [head of all layers][sequence][column]
  private final double[][][] shuffled; // [shuffle][order − 2][head of all layers]
  private final List<List<OrderSets>> sets = new ArrayList<>(); // [sequence][order − 1]
  private final List<int[][]> counts = new ArrayList<>(); // [sequence][order − 1][targeted, disagree]

  SpectrumSums(
      Model model, int sequences, int maxOrder, int shuffles, boolean selfTarget, long seed) {
    this.model = model;
    this.maxOrder = maxOrder;
    this.shuffles = shuffles;
    this.selfTarget = selfTarget;
    this.seed = seed;
    DecoderSpec spec = model.spec();
    int heads = spec.layers() * spec.attention().heads();
    observed = new double[heads][sequences][SpectrumColumns.observed(maxOrder)];
    shuffled = new double[shuffles][SpectrumColumns.shuffled(maxOrder)][heads];
  }

  /** How many rows of that length are run at once. */
  int rowsAtOnce(int length, int asked) {
    long values = (long) length * length * columns(0, shufflesAtOnce(length));
    return (int) Math.clamp(WEIGHTS_AT_ONCE / values, 1, asked);
  }

  private int shufflesAtOnce(int length) {
    long values = (long) length * length * SpectrumColumns.shuffled(maxOrder);
    return (int) Math.clamp(WEIGHTS_AT_ONCE / 2 / values, 1, Math.max(1, shuffles));
  }

  /** Columns of a pass that begins with shuffle {@code from}; the first holds what is observed. */
  private int columns(int from, int count) {
    return (from == 0 ? SpectrumColumns.observed(maxOrder) : 0)
        + count * SpectrumColumns.shuffled(maxOrder);
  }

  /** Runs the model on the next rows, all of one length. */
  void add(List<int[]> rows) {
    int first = sets.size();
    List<RandomGenerator> randoms = new ArrayList<>();
    for (int[] row : rows) {
      randoms.add(OrdinaryTokens.random(seed + 1_000_003L * (1 + sets.size())));
      List<OrderSets> orders = OrderSets.upTo(maxOrder, MatchDepths.of(row, maxOrder, selfTarget));
      sets.add(orders);
      counts.add(count(orders));
    }
    TokenBatch tokens = TokenBatch.of(rows);
    int atOnce = shufflesAtOnce(tokens.positions());
    int from = 0;
    do {
      int count = Math.min(atOnce, shuffles - from);
      pass(first, tokens, from, count, randoms);
      from += count;
    } while (from < shuffles);
  }

  private void pass(
      int first, TokenBatch tokens, int from, int count, List<RandomGenerator> randoms) {
    int length = tokens.positions();
    int columns = columns(from, count);
    int start = from == 0 ? SpectrumColumns.observed(maxOrder) : 0;
    float[] weights = new float[tokens.batch() * length * length * columns];
    for (int row = 0; row < tokens.batch(); row++) {
      SpectrumColumns.Part part =
          new SpectrumColumns.Part(weights, row * length * length * columns, length, columns);
      List<OrderSets> orders = sets.get(first + row);
      if (from == 0) {
        SpectrumColumns.fillObserved(orders, part);
      }
      for (int i = 0; i < count; i++) {
        int column = start + i * SpectrumColumns.shuffled(maxOrder);
        SpectrumColumns.fillShuffled(orders, randoms.get(row), part, column);
      }
    }
    try (NDManager scope = model.newManager()) {
      Shape shape = new Shape(tokens.batch(), (long) length * length, columns);
      NDArray onDevice = scope.create(weights, shape);
      model.run(
          tokens,
          new PatternReader(
              (layer, pattern) -> {
                long[] axes = pattern.getShape().getShape(); // [batch, head, query, key]
                try (NDArray flat = pattern.reshape(axes[0], axes[1], axes[2] * axes[3]);
                    NDArray sums = flat.matMul(onDevice)) { // [batch, head, column]
                  keep(layer, (int) axes[1], first, from, columns, start, sums.toFloatArray());
                }
              }));
    }
  }

  private void keep(
      int layer, int heads, int first, int from, int columns, int start, float[] sums) {
    int orders = SpectrumColumns.shuffled(maxOrder);
    for (int i = 0; i < sums.length; i++) {
      int column = i % columns;
      int head = layer * heads + i / columns % heads;
      int sequence = first + i / columns / heads;
      if (column < start) {
        observed[head][sequence][column] = sums[i];
      } else {
        int shuffle = from + (column - start) / orders;
        shuffled[shuffle][(column - start) % orders][head] += sums[i];
      }
    }
  }

  int sequences() {
    return sets.size();
  }

  /** Queries of each sequence that a statistic of that kind is a mean over. */
  double[] queries(int order, SpectrumColumns.Kind kind) {
    return counts.stream()
        .mapToDouble(ofSequence -> ofSequence[order - 1][kind == SpectrumColumns.Kind.SCORE ? 0 : 1])
        .toArray();
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

  /** The sets of every query in which the orders disagree. */
  List<OrderSets.Sets> disagreeing(int order) {
    return sets.stream()
        .flatMap(orders -> orders.get(order - 1).queries().stream())
        .filter(OrderSets.Sets::disagree)
        .toList();
  }

  /** {@code [sequence][2]}: queries and their sum. */
  double[][] of(int head, int order, SpectrumColumns.Kind kind) {
    double[] queries = queries(order, kind);
    double[][] sums = new double[queries.length][];
    for (int i = 0; i < sums.length; i++) {
      sums[i] =
          new double[] {queries[i], observed[head][i][SpectrumColumns.column(order, kind)]};
    }
    return sums;
  }

  /** Mean attention of a head to key 0, over all later queries. */
  double sinkMass(int head) {
    double mass = 0;
    double queries = 0;
    for (int i = 0; i < sets.size(); i++) {
      mass += observed[head][i][SpectrumColumns.sink(maxOrder)];
      queries += sets.get(i).getFirst().queries().size() - 1;
    }
    return mass / queries;
  }

  /** What uniform attention gives, of {@code SCORE} or {@code EXCESS}. */
  double uniform(int order, SpectrumColumns.Kind kind) {
    double sum = 0;
    double count = 0;
    for (List<OrderSets> orders : sets) {
      List<OrderSets.Sets> queries = orders.get(order - 1).queries();
      for (int query = 0; query < queries.size(); query++) {
        OrderSets.Sets here = queries.get(query);
        boolean score = kind == SpectrumColumns.Kind.SCORE;
        if (score ? here.targeted() : here.disagree()) {
          int net = here.targets().length - (score ? 0 : here.decoys().length);
          sum += (double) net / (query + 1);
          count++;
        }
      }
    }
    return sum / count;
  }

  /** Means per target of each shuffle, {@code [shuffle]} of one head. */
  double[] shuffledOf(int head, int order) {
    double queries = Arrays.stream(queries(order, SpectrumColumns.Kind.PER_TARGET)).sum();
    return Arrays.stream(shuffled).mapToDouble(one -> one[order - 2][head] / queries).toArray();
  }

  /** The largest over heads of each shuffle, {@code [shuffle]}. */
  double[] largestShuffled(int order) {
    double queries = Arrays.stream(queries(order, SpectrumColumns.Kind.PER_TARGET)).sum();
    return Arrays.stream(shuffled)
        .mapToDouble(one -> Arrays.stream(one[order - 2]).max().orElse(0) / queries)
        .toArray();
  }
}
