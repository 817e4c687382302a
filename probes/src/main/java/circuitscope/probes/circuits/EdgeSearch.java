package circuitscope.probes.circuits;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/** How a circuit is chosen by the scores of its edges, before what hangs loose is pruned. */
public enum EdgeSearch {
  /** The edges of largest |score|. */
  TOP_N {
    @Override
    BitSet edges(EdgeGraph graph, double[] scores, int count) {
      BitSet chosen = new BitSet();
      ordered(scores, IntStream.range(0, scores.length)).stream().limit(count).forEach(chosen::set);
      return chosen;
    }
  },
  /**
   * From the logits backwards: again and again the edge of largest |score| into a node that is in
   * the circuit already (Hanna et al. 2024).
   */
  GREEDY {
    @Override
    BitSet edges(EdgeGraph graph, double[] scores, int count) {
      BitSet chosen = new BitSet();
      BitSet open = new BitSet(); // readers whose edges can be chosen
      Set<Node> inside = new HashSet<>();
      PriorityQueue<Integer> candidates = new PriorityQueue<>(byScore(scores));
      enter(Node.logits(graph.layers()), graph, open, candidates);
      for (int taken = 0; taken < count && !candidates.isEmpty(); taken++) {
        int edge = candidates.remove();
        chosen.set(edge);
        Node writer = graph.writerOf(edge);
        if (inside.add(writer)) {
          enter(writer, graph, open, candidates);
        }
      }
      return chosen;
    }

    private void enter(Node node, EdgeGraph graph, BitSet open, PriorityQueue<Integer> candidates) {
      for (int reader : graph.readers(node)) {
        if (!open.get(reader)) {
          open.set(reader);
          int offset = graph.offset(reader);
          IntStream.range(offset, offset + graph.visible(reader)).forEach(candidates::add);
        }
      }
    }
  };

  /**
   * That many edges, none pruned.
   *
   * @param scores {@code [edge]}
   */
  abstract BitSet edges(EdgeGraph graph, double[] scores, int count);

  /** A circuit of at most that many edges: what of them joins the input to the logits. */
  public Circuit find(EdgeGraph graph, double[] scores, int count) {
    return new Circuit(graph, edges(graph, scores, count), scores).pruned();
  }

  /** The edges of |score| ≥ a threshold, pruned. */
  public static Circuit above(EdgeGraph graph, double[] scores, double threshold) {
    BitSet chosen = new BitSet();
    IntStream.range(0, scores.length)
        .filter(edge -> Math.abs(scores[edge]) >= threshold)
        .forEach(chosen::set);
    return new Circuit(graph, chosen, scores).pruned();
  }

  static List<Integer> ordered(double[] scores, IntStream edges) {
    return edges.boxed().sorted(byScore(scores)).toList();
  }

  /** Largest |score| first; of equal ones the first edge. */
  private static Comparator<Integer> byScore(double[] scores) {
    return Comparator.comparingDouble((Integer edge) -> -Math.abs(scores[edge]))
        .thenComparingInt(edge -> edge);
  }
}
