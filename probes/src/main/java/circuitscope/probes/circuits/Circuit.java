package circuitscope.probes.circuits;

import circuitscope.viz.figure.CircuitGraph;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Some edges of a graph, with the scores of all.
 *
 * @param edges those in the circuit
 * @param scores {@code [edge]}; 0 where nothing is known
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record Circuit(EdgeGraph graph, BitSet edges, double[] scores) {

  public Circuit {
    if (scores.length != graph.edges() || edges.length() > graph.edges()) {
      throw new IllegalArgumentException(
          "%d scores and edges up to %d of a graph of %d edges"
              .formatted(scores.length, edges.length(), graph.edges()));
    }
    edges = (BitSet) edges.clone();
  }

  public int size() {
    return edges.cardinality();
  }

  /** The edges by |score|, largest first. */
  public List<Integer> strongest() {
    return EdgeSearch.ordered(scores, edges.stream());
  }

  /**
   * Without edges that are on no path from the input to the logits: those of childless nodes change
   * nothing behind them, and parentless nodes write what they write in the corrupted run.
   */
  public Circuit pruned() {
    Set<Node> fed = new LinkedHashSet<>(Set.of(Node.input()));
    edges.stream() // writers stand in the order in which they write
        .filter(edge -> fed.contains(graph.writerOf(edge)))
        .forEach(edge -> fed.addAll(graph.nodes(graph.readerOf(edge))));
    Set<Node> heard = new LinkedHashSet<>(Set.of(Node.logits(graph.layers())));
    for (int edge = edges.length() - 1; edge >= 0; edge--) {
      if (edges.get(edge) && graph.nodes(graph.readerOf(edge)).stream().anyMatch(heard::contains)) {
        heard.add(graph.writerOf(edge));
      }
    }
    BitSet alive = new BitSet();
    edges.stream()
        .filter(edge -> fed.contains(graph.writerOf(edge)))
        .filter(edge -> graph.nodes(graph.readerOf(edge)).stream().anyMatch(heard::contains))
        .forEach(alive::set);
    return new Circuit(graph, alive, scores);
  }

  /**
   * The nodes that its edges join, the logits among them; of a group of heads that share keys and
   * values, those that write something.
   */
  public Set<Node> nodes() {
    Set<Node> nodes = new LinkedHashSet<>();
    edges.stream().mapToObj(graph::writerOf).forEach(nodes::add);
    nodes.add(Node.logits(graph.layers()));
    return nodes;
  }

  /** The circuit in layers, or the strongest of its edges where it has too many to be seen. */
  public CircuitGraph figure() {
    return CircuitFigures.graph(this);
  }
}
