package circuitscope.heads.composition;

import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The pairs of heads that compose most beyond chance, as a graph: layers upwards. */
final class ComposeGraph {
  private static final int EDGES = 24; // of all modes together

  private ComposeGraph() {}

  /** Empty for a model of one layer, which has no pairs. */
  static Optional<Figure> of(ComposeResult result) {
    List<CompositionEdge> shown =
        result.strongest().values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingDouble((CompositionEdge edge) -> -edge.excess()))
            .limit(EDGES)
            .toList();
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<Integer, SortedSet<HeadName>> layers = new TreeMap<>();
    for (CompositionEdge edge : shown) {
      for (HeadName head : List.of(edge.earlier(), edge.later())) {
        layers.computeIfAbsent(head.layer(), layer -> new TreeSet<>()).add(head);
      }
    }
    List<CircuitGraph.Row> rows = new ArrayList<>();
    layers.forEach(
        (layer, heads) ->
            rows.add(
                new CircuitGraph.Row(
                    "layer " + layer,
                    heads.stream()
                        .map(head -> new CircuitGraph.Node(head.toString(), head.toString()))
                        .toList())));
    return Optional.of(
        new CircuitGraph(
            new Heading(
                "composition-graph",
                "Heads that compose most",
                String.format(
                    Locale.ROOT,
                    "The %d pairs whose score is furthest above the %.4f of random rotation,"
                        + " earlier heads below; an edge enters a head at what reads: query, key or"
                        + " value. A path that is open need not be used.",
                    shown.size(),
                    result.expected())),
            rows,
            shown.stream().map(ComposeGraph::edge).toList(),
            "above chance",
            "below chance"));
  }

  private static CircuitGraph.Edge edge(CompositionEdge edge) {
    CircuitGraph.Port port =
        switch (edge.mode()) {
          case K -> CircuitGraph.Port.KEY;
          case V -> CircuitGraph.Port.VALUE;
          default -> CircuitGraph.Port.QUERY;
        };
    return new CircuitGraph.Edge(
        edge.earlier().toString(), edge.later().toString(), port, edge.excess());
  }
}
