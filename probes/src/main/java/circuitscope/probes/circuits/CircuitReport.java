package circuitscope.probes.circuits;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.pairs.PromptPairs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges a circuit, and the path of circuits that its scores give, into a result. */
final class CircuitReport {
  /** Sizes are told apart to this part of all edges. */
  private static final int FINEST = 500;

  private final CircuitRuns runs;
  private final PromptPairs pairs;
  private final int draws;
  private final int knockouts;
  private final long seed;

  CircuitReport(CircuitRuns runs, PromptPairs pairs, int draws, int knockouts, long seed) {
    this.runs = runs;
    this.pairs = pairs;
    this.draws = draws;
    this.knockouts = knockouts;
    this.seed = seed;
  }

  /** How large the circuit is to be: the first of these that is given. */
  record Size(
      EdgeSearch search,
      @Nullable Integer edges,
      @Nullable Double threshold,
      double faithfulness) {}

  /** A path of circuits by score, and of it the one of that size. */
  CircuitResult of(
      EdgeGraph graph,
      double[] scores,
      Size size,
      Map<String, Object> protocol,
      Progress progress) {
    CircuitEvaluation evaluation =
        new CircuitEvaluation(runs, draws, seed, progress.step("whole model", 0.05));
    List<CircuitEvaluation.Judged> curve =
        curve(graph, scores, size.search(), evaluation, progress.step("curve", 0.7));
    Circuit circuit = chosen(graph, scores, size, evaluation, curve);
    return of(circuit, evaluation, curve, protocol, progress.step("the circuit", 1));
  }

  private static Circuit chosen(
      EdgeGraph graph,
      double[] scores,
      Size size,
      CircuitEvaluation evaluation,
      List<CircuitEvaluation.Judged> curve) {
    if (size.edges() != null) {
      return size.search().find(graph, scores, size.edges());
    }
    if (size.threshold() != null) {
      return EdgeSearch.above(graph, scores, size.threshold());
    }
    int below = 0;
    for (CircuitEvaluation.Judged point : curve) {
      int count = Faithfulness.count(point.share(), graph.edges());
      if (point.faithfulness().value() >= size.faithfulness()) {
        return between(graph, scores, size, evaluation, below, count);
      }
      below = count;
    }
    return size.search().find(graph, scores, graph.edges());
  }

  /** Halves the way from a size that is not faithful enough to one that is. */
  private static Circuit between(
      EdgeGraph graph,
      double[] scores,
      Size size,
      CircuitEvaluation evaluation,
      int tooFew,
      int enough) {
    int low = tooFew;
    int high = enough;
    while (high - low > Math.max(1, graph.edges() / FINEST)) {
      int middle = (low + high) / 2;
      Circuit tried = size.search().find(graph, scores, middle);
      boolean faithful = evaluation.faithfulness(tried.edges()) >= size.faithfulness();
      low = faithful ? low : middle;
      high = faithful ? middle : high;
    }
    return size.search().find(graph, scores, high);
  }

  private static List<CircuitEvaluation.Judged> curve(
      EdgeGraph graph,
      double[] scores,
      EdgeSearch search,
      CircuitEvaluation evaluation,
      Progress progress) {
    List<BitSet> path = new ArrayList<>();
    for (double share : Faithfulness.SIZES) {
      int count = Faithfulness.count(share, graph.edges());
      path.add(search.find(graph, scores, count).edges());
    }
    return evaluation.judge(Faithfulness.SIZES, path, progress);
  }

  /**
   * A circuit as it is.
   *
   * @param search how the circuits of the curve are chosen by its scores; null for no curve
   */
  CircuitResult of(
      Circuit circuit,
      @Nullable EdgeSearch search,
      Map<String, Object> protocol,
      Progress progress) {
    CircuitEvaluation evaluation =
        new CircuitEvaluation(runs, draws, seed, progress.step("whole model", 0.05));
    boolean scored = Arrays.stream(circuit.scores()).anyMatch(score -> score != 0);
    List<CircuitEvaluation.Judged> curve =
        search == null || !scored
            ? List.of()
            : curve(
                circuit.graph(), circuit.scores(), search, evaluation, progress.step("curve", 0.7));
    return of(circuit, evaluation, curve, protocol, progress.step("the circuit", 1));
  }

  private CircuitResult of(
      Circuit circuit,
      CircuitEvaluation evaluation,
      List<CircuitEvaluation.Judged> curve,
      Map<String, Object> protocol,
      Progress progress) {
    double share = (double) circuit.size() / circuit.graph().edges();
    CircuitEvaluation.Judged judged =
        evaluation
            .judge(List.of(share), List.of(circuit.edges()), progress.step("beside random", 0.3))
            .getFirst();
    List<Integer> out = spread(circuit.strongest(), knockouts);
    double[] without = evaluation.knockouts(circuit.edges(), out, progress.step("edge by edge", 1));
    List<CircuitResult.Knockout> knocked = new ArrayList<>();
    for (int i = 0; i < without.length; i++) {
      int edge = out.get(i);
      knocked.add(
          new CircuitResult.Knockout(
              circuit.graph().name(edge), circuit.scores()[edge], without[i]));
    }
    return new CircuitResult(
        runs.metric(),
        pairs.pairs().size(),
        evaluation.measure().meanWhole(),
        evaluation.measure().meanEmpty(),
        circuit.graph().edges(),
        judged,
        circuit.nodes().stream().map(Node::toString).toList(),
        CircuitResult.edges(circuit),
        curve,
        curve.isEmpty() ? null : CircuitResult.Areas.of(curve, seed),
        knocked,
        protocol,
        pairs.read(),
        circuit);
  }

  /** At most so many, from the first to the last at even distances. */
  private static List<Integer> spread(List<Integer> edges, int most) {
    if (edges.size() <= most) {
      return edges;
    }
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      some.add(edges.get(most == 1 ? 0 : i * (edges.size() - 1) / (most - 1)));
    }
    return some;
  }
}
