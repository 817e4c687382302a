package circuitscope.probes.circuits;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Circuits beside as many edges drawn at random: faithfulness f(C), completeness f(N∖C), the curves
 * of both over sizes, and what each edge is worth to its circuit.
 */
final class CircuitEvaluation {
  private final CircuitRuns runs;
  private final EdgeGraph graph;
  private final int draws;
  private final long seed;
  private final Faithfulness measure;

  /**
   * @param draws random sets of each size
   */
  CircuitEvaluation(CircuitRuns runs, int draws, long seed, Progress progress) {
    this.runs = runs;
    this.graph = runs.graph();
    this.draws = draws;
    this.seed = seed;
    double[][] ends = runs.metrics(List.of(without(new BitSet()), new BitSet()), progress);
    this.measure = new Faithfulness(ends[0], ends[1]);
    if (Math.abs(measure.meanWhole() - measure.meanEmpty()) < 1e-6) {
      throw new IllegalArgumentException(
          "the metric is %.4g after the clean and %.4g after the corrupted prompts: there is no"
                  .formatted(measure.meanWhole(), measure.meanEmpty())
              + " difference that a circuit could account for");
    }
  }

  Faithfulness measure() {
    return measure;
  }

  /** f of one set of edges. */
  double faithfulness(BitSet edges) {
    return measure.of(runs.metrics(List.of(edges), Progress.silent())[0]);
  }

  /**
   * A set of edges beside random ones of its size.
   *
   * @param share of all edges that was asked for
   * @param edges that are left after pruning
   * @param faithfulness f(C), with its interval over pairs
   * @param completeness f(N∖C): what is left without the circuit
   * @param randomFaithfulness the mean over random sets with its interval over draws; null for none
   */
  record Judged(
      double share,
      int edges,
      Estimate faithfulness,
      Estimate completeness,
      @Nullable Estimate randomFaithfulness,
      @Nullable Estimate randomCompleteness,
      List<Double> random) {}

  /**
   * Judges circuits; each is compared with random sets of as many edges as were asked for.
   *
   * @param shares of all edges that were asked for
   * @param circuits one a share
   */
  List<Judged> judge(List<Double> shares, List<BitSet> circuits, Progress progress) {
    List<BitSet> sets = new ArrayList<>();
    for (int i = 0; i < circuits.size(); i++) {
      int count = Faithfulness.count(shares.get(i), graph.edges());
      sets.add(circuits.get(i));
      sets.add(without(circuits.get(i)));
      for (int draw = 0; draw < draws; draw++) {
        BitSet random = random(count, 31 * (seed + draw) + i);
        sets.add(random);
        sets.add(without(random));
      }
    }
    double[][] metrics = runs.metrics(sets, progress);
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < circuits.size(); i++) {
      int at = i * 2 * (1 + draws);
      IntFunction<double[]> random = draw -> metrics[at + 2 + draw];
      double[] faithful = every(0, random);
      double[] complete = every(1, random);
      judged.add(
          new Judged(
              shares.get(i),
              circuits.get(i).cardinality(),
              interval(metrics[at]),
              interval(metrics[at + 1]),
              draws == 0 ? null : Estimate.mean(faithful, seed),
              draws == 0 ? null : Estimate.mean(complete, seed),
              IntStream.range(0, draws).mapToObj(draw -> faithful[draw]).toList()));
    }
    return judged;
  }

  private double[] every(int which, IntFunction<double[]> random) {
    return IntStream.range(0, draws)
        .mapToDouble(draw -> measure.of(random.apply(2 * draw + which)))
        .toArray();
  }

  private Estimate interval(double[] metric) {
    return Estimate.of(measure.parts(metric), seed, total -> total.values()[0] / total.values()[1]);
  }

  /**
   * f(C without one edge), for each of some edges.
   *
   * @return {@code [edge of the list]}
   */
  double[] knockouts(BitSet circuit, List<Integer> edges, Progress progress) {
    List<BitSet> sets = new ArrayList<>();
    for (int edge : edges) {
      BitSet less = (BitSet) circuit.clone();
      less.clear(edge);
      sets.add(less);
    }
    double[][] metrics = runs.metrics(sets, progress);
    return java.util.Arrays.stream(metrics).mapToDouble(measure::of).toArray();
  }

  private BitSet without(BitSet edges) {
    BitSet rest = (BitSet) edges.clone();
    rest.flip(0, graph.edges());
    return rest;
  }

  private BitSet random(int count, long drawSeed) {
    int fewer = Math.min(count, graph.edges() - count);
    int[] drawn = new Random(drawSeed).ints(0, graph.edges()).distinct().limit(fewer).toArray();
    BitSet set = new BitSet();
    java.util.Arrays.stream(drawn).forEach(set::set);
    return fewer == count ? set : without(set);
  }
}
