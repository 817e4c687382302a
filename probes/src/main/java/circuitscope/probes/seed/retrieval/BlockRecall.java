package circuitscope.probes.seed.retrieval;

import static java.util.Objects.requireNonNull;

import circuitscope.probes.seed.attention.AttentionReader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The share of far attention that lies in the blocks that the current queries would fetch, summed
 * over the chunks of queries of one sequence, for one group of heads (which share their keys).
 *
 * <p>Symbols after Xiao et al. 2024: r_m = (1/l_L) Σ_{j=1..l_L} q_{m+j}·k_m; each block keeps the
 * r_k tokens with the highest; a block's relevance is Σ q·k over the chunk's queries and those. A
 * group's queries are added up.
 */
public final class BlockRecall {
  /** Ways to choose n blocks. */
  public enum Choice {
    /** The most relevant. */
    RETRIEVED,
    /** The last ones before the local window. */
    RECENT,
    /** Those with the most attention. */
    ORACLE,
    /** Drawn: their expectation, n of all blocks. */
    RANDOM
  }

  /**
   * How the context is cut: {@code initial} tokens, whole blocks, and a local window of at least
   * {@code local} tokens before the chunk.
   *
   * @param representatives r_k
   * @param counts n, how many blocks are fetched
   */
  public record Plan(
      int block, int representatives, int initial, int local, int chunk, List<Integer> counts) {
    public Plan {
      counts = List.copyOf(counts);
    }

    int blocks(int chunkStart) {
      return Math.max(0, (chunkStart - local - initial) / block);
    }

    /** The first chunk that has something to choose from. */
    int firstChunk() {
      int needed = initial + local + (counts.stream().mapToInt(n -> n).max().orElse(1) + 1) * block;
      return (needed + chunk - 1) / chunk * chunk;
    }
  }

  private final AttentionReader.Layer layer;
  private final int row;
  private final int group;
  private final Plan plan;
  private final double[][] running; // [position + 1][dHead] sums of the group's queries before it
  private final double[] representative; // [position] r_m
  private final Map<Choice, double[]> mass = new EnumMap<>(Choice.class); // [n]
  private double far;
  private double first;
  private double initial;
  private double all;

  private BlockRecall(AttentionReader.Layer layer, int row, int group, Plan plan) {
    this.layer = layer;
    this.row = row;
    this.group = group;
    this.plan = plan;
    for (Choice choice : Choice.values()) {
      mass.put(choice, new double[plan.counts().size()]);
    }
    running = runningQueries();
    representative = new double[layer.positions()];
    for (int m = 0; m + plan.local() < layer.positions(); m++) {
      representative[m] = dot(m, m + 1, m + 1 + plan.local()) / plan.local();
    }
  }

  /** Sums of one group on one row. */
  public static BlockRecall of(AttentionReader.Layer layer, int row, int group, Plan plan) {
    BlockRecall sums = new BlockRecall(layer, row, group, plan);
    for (int c = plan.firstChunk(); c + plan.chunk() <= layer.positions(); c += plan.chunk()) {
      sums.add(c);
    }
    return sums;
  }

  private double[][] runningQueries() {
    int e = layer.spec().dHead();
    int n = layer.spec().headsPerGroup();
    double[][] sums = new double[layer.positions() + 1][e];
    for (int t = 0; t < layer.positions(); t++) {
      for (int i = 0; i < e; i++) {
        sums[t + 1][i] = sums[t][i];
        for (int head = group * n; head < (group + 1) * n; head++) {
          sums[t + 1][i] += layer.queries()[layer.query(row, t, head) + i];
        }
      }
    }
    return sums;
  }

  /** Σ q·k_m over the group's queries from {@code from} to {@code to}. */
  private double dot(int m, int from, int to) {
    int key = layer.key(row, m, group);
    double sum = 0;
    for (int i = 0; i < layer.spec().dHead(); i++) {
      sum += layer.keys()[key + i] * (running[to][i] - running[from][i]);
    }
    return sum;
  }

  private void add(int chunkStart) {
    int blocks = plan.blocks(chunkStart);
    double[] relevance = new double[blocks];
    double[] attention = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      int from = plan.initial() + b * plan.block();
      int[] kept =
          IntStream.range(from, from + plan.block())
              .boxed()
              .sorted(Comparator.comparingDouble(m -> -representative[m]))
              .limit(plan.representatives())
              .mapToInt(Integer::intValue)
              .toArray();
      for (int m : kept) {
        relevance[b] += dot(m, chunkStart, chunkStart + plan.chunk());
      }
      attention[b] = attention(chunkStart, from, from + plan.block());
    }
    double sum = Arrays.stream(attention).sum();
    far += sum;
    first += attention(chunkStart, 0, 1);
    initial += attention(chunkStart, 0, plan.initial());
    all += (double) plan.chunk() * layer.spec().headsPerGroup();
    for (int n = 0; n < plan.counts().size(); n++) {
      int count = plan.counts().get(n);
      add(Choice.RETRIEVED, n, best(attention, relevance, count));
      add(
          Choice.RECENT,
          n,
          IntStream.range(blocks - count, blocks).mapToDouble(b -> attention[b]).sum());
      add(Choice.ORACLE, n, best(attention, attention, count));
      add(Choice.RANDOM, n, sum * count / blocks);
    }
  }

  private void add(Choice choice, int n, double attention) {
    requireNonNull(mass.get(choice))[n] += attention;
  }

  private static double best(double[] attention, double[] score, int count) {
    return IntStream.range(0, score.length)
        .boxed()
        .sorted(Comparator.comparingDouble(b -> -score[b]))
        .limit(count)
        .mapToDouble(b -> attention[b])
        .sum();
  }

  /** What the chunk's queries of all the group's heads pay to a range of keys. */
  private double attention(int chunkStart, int from, int to) {
    int n = layer.spec().headsPerGroup();
    double sum = 0;
    for (int head = group * n; head < (group + 1) * n; head++) {
      for (int t = chunkStart; t < chunkStart + plan.chunk(); t++) {
        int weights = layer.weights(row, head, t);
        for (int key = from; key < to; key++) {
          sum += layer.pattern()[weights + key];
        }
      }
    }
    return sum;
  }

  /** Attention in the chosen blocks; recall is {@code mass / far}. */
  public double mass(Choice choice, int count) {
    return requireNonNull(mass.get(choice))[count];
  }

  /** Attention in all blocks. */
  public double far() {
    return far;
  }

  double first() {
    return first;
  }

  double initial() {
    return initial;
  }

  /** Attention on everything: the number of queries, those of each head. */
  double all() {
    return all;
  }
}
