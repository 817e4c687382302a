package circuitscope.probes.seed.recycling;

import circuitscope.probes.seed.attention.AttentionReader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a query's attention falls on key sets of equal size K, summed over the queries u of
 * one sequence from {@code firstQuery} on.
 *
 * <p>Grouped heads share one set: keys are ranked by the largest weight among the group's query
 * heads. Everything is counted twice: over all keys, and without key 0, which is then neither
 * chosen nor counted.
 */
public final class Recovery {
  /** Ways to choose K keys for the query u; the first two once a distance s. */
  public enum Choice {
    /** topK(A_t), t = u − s. */
    RECYCLED,
    /** The K − s best of t and the s keys since. */
    REFRESHED,
    /** topK(A_u). */
    ORACLE,
    /** The first keys and the last. */
    RECENT,
    /** Drawn from all that u sees: its expectation, K / (u + 1) of them. */
    RANDOM
  }

  /**
   * What is chosen.
   *
   * @param distances s, ascending
   * @param sizes K
   * @param sinks first keys among the recent set
   */
  public record Plan(List<Integer> distances, List<Integer> sizes, int sinks, int firstQuery) {
    public Plan {
      distances = List.copyOf(distances);
      sizes = List.copyOf(sizes);
    }

    int columns() {
      return 2 * distances.size() + 3;
    }

    int column(Choice choice, int distance) {
      return switch (choice) {
        case RECYCLED -> distance;
        case REFRESHED -> distances.size() + distance;
        case ORACLE -> 2 * distances.size();
        case RECENT -> 2 * distances.size() + 1;
        case RANDOM -> 2 * distances.size() + 2;
      };
    }
  }

  private final Plan plan;
  private final double[][][] mass; // [with key 0, without][size][column]
  private final double[] total = new double[2]; // of all keys that may be chosen
  private final double[][] recycled; // [distance][u]: R of each query at the first K, all keys

  private Recovery(Plan plan, int positions) {
    this.plan = plan;
    mass = new double[2][plan.sizes().size()][plan.columns()];
    recycled = new double[plan.distances().size()][positions];
  }

  /** Sums of one head on one row; shares of mass are {@code mass / total}. */
  public static Recovery of(AttentionReader.Layer layer, int row, int head, Plan plan) {
    return of(layer, row, head, ranks(layer, row, head / layer.spec().headsPerGroup()), plan);
  }

  static Recovery of(AttentionReader.Layer layer, int row, int head, int[][] ranks, Plan plan) {
    Recovery sums = new Recovery(plan, layer.positions());
    for (int u = plan.firstQuery(); u < layer.positions(); u++) {
      int from = layer.weights(row, head, u);
      float[] weights = Arrays.copyOfRange(layer.pattern(), from, from + u + 1);
      for (int without = 0; without < 2; without++) {
        sums.add(weights, without, ranks);
      }
    }
    return sums;
  }

  /** {@code [query][key]}: rank of each key by the group's largest weight, 0 for the best. */
  static int[][] ranks(AttentionReader.Layer layer, int row, int group) {
    int n = layer.spec().headsPerGroup();
    int[][] ranks = new int[layer.positions()][];
    for (int t = 0; t < ranks.length; t++) {
      double[] score = new double[t + 1];
      for (int head = group * n; head < (group + 1) * n; head++) {
        int from = layer.weights(row, head, t);
        for (int key = 0; key <= t; key++) {
          score[key] = Math.max(score[key], layer.pattern()[from + key]);
        }
      }
      int[] order =
          IntStream.rangeClosed(0, t)
              .boxed()
              .sorted(Comparator.comparingDouble(key -> -score[key]))
              .mapToInt(Integer::intValue)
              .toArray();
      ranks[t] = new int[t + 1];
      for (int rank = 0; rank <= t; rank++) {
        ranks[t][order[rank]] = rank;
      }
    }
    return ranks;
  }

  private void add(float[] weights, int first, int[][] ranks) {
    int u = weights.length - 1;
    double all = 0;
    for (int key = first; key <= u; key++) {
      all += weights[key];
    }
    total[first] += all;
    for (int size = 0; size < plan.sizes().size(); size++) {
      int k = plan.sizes().get(size);
      double[] sums = mass[first][size];
      for (int distance = 0; distance < plan.distances().size(); distance++) {
        int s = plan.distances().get(distance);
        double best = best(weights, first, ranks[u - s], k);
        sums[plan.column(Choice.RECYCLED, distance)] += best;
        sums[plan.column(Choice.REFRESHED, distance)] +=
            s < k
                ? best(weights, first, ranks[u - s], k - s) + range(weights, u - s + 1, u + 1)
                : range(weights, Math.max(first, u - k + 1), u + 1);
        if (first == 0 && size == 0) {
          recycled[distance][u] = best;
        }
      }
      sums[plan.column(Choice.ORACLE, 0)] += best(weights, first, ranks[u], k);
      int lasts = Math.max(first + plan.sinks(), u + 1 - k + plan.sinks());
      sums[plan.column(Choice.RECENT, 0)] +=
          range(weights, first, first + plan.sinks()) + range(weights, lasts, u + 1);
      sums[plan.column(Choice.RANDOM, 0)] += all * Math.min(1, k / (u + 1.0 - first));
    }
  }

  private static double best(float[] weights, int first, int[] ranks, int k) {
    double sum = 0;
    for (int key = first; key < ranks.length; key++) {
      int rank = first == 1 && ranks[0] < ranks[key] ? ranks[key] - 1 : ranks[key];
      sum += rank < k ? weights[key] : 0;
    }
    return sum;
  }

  private static double range(float[] weights, int from, int to) {
    double sum = 0;
    for (int key = from; key < to; key++) {
      sum += weights[key];
    }
    return sum;
  }

  /** Mass on the chosen keys, summed over queries. */
  public double mass(Choice choice, int distance, int size, boolean withoutFirst) {
    return mass[withoutFirst ? 1 : 0][size][plan.column(choice, distance)];
  }

  /** Mass on all keys: the number of queries, but for what key 0 draws when it is left out. */
  public double total(boolean withoutFirst) {
    return total[withoutFirst ? 1 : 0];
  }

  /** {@code [u]} R of each query at that distance and the first K; 0 before the first query. */
  double[] byQuery(int distance) {
    return recycled[distance];
  }
}
