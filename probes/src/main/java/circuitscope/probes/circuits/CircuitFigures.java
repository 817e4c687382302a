package circuitscope.probes.circuits;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.CircuitGraph.Port;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A circuit as a layered graph, and its curves beside random edges. */
final class CircuitFigures {
  /** More edges than these cannot be told apart on a page. */
  private static final int DRAWN = 40;

  private CircuitFigures() {}

  static CircuitGraph graph(Circuit circuit) {
    List<Integer> strongest = circuit.strongest();
    BitSet drawn = new BitSet();
    strongest.stream().limit(DRAWN).forEach(drawn::set);
    Circuit shown = new Circuit(circuit.graph(), drawn, circuit.scores()).pruned();
    shown = shown.size() == 0 ? new Circuit(circuit.graph(), drawn, circuit.scores()) : shown;
    EdgeGraph graph = circuit.graph();
    Map<Integer, SortedSet<Node>> rows = new TreeMap<>(); // two a layer: heads, MLP
    List<CircuitGraph.Edge> edges = new ArrayList<>();
    for (int edge : shown.strongest()) {
      Node from = graph.writerOf(edge);
      int reader = graph.readerOf(edge);
      add(rows, from);
      for (Node to : shown(graph.nodes(reader), shown)) {
        add(rows, to);
        Port port =
            switch (graph.readers().get(reader).kind()) {
              case Q -> Port.QUERY;
              case K -> Port.KEY;
              case V -> Port.VALUE;
              case MLP, LOGITS -> Port.WHOLE;
            };
        edges.add(
            new CircuitGraph.Edge(from.toString(), to.toString(), port, circuit.scores()[edge]));
      }
    }
    String caption =
        "Writers below, readers above; the width of an edge is its |score|, what the metric would"
            + " change by if that edge alone were corrupted. %d of %d edges are drawn, the"
                .formatted(shown.size(), circuit.size())
            + " strongest.";
    return new CircuitGraph(
        new Heading("circuit", "Circuit of %d edges".formatted(circuit.size()), caption),
        rows.values().stream().map(CircuitFigures::row).toList(),
        edges,
        "corrupting it raises the metric",
        "corrupting it lowers the metric");
  }

  /** Of heads that share keys, those that write something in the circuit. */
  private static List<Node> shown(List<Node> nodes, Circuit circuit) {
    if (nodes.size() == 1) {
      return nodes;
    }
    List<Node> writing = nodes.stream().filter(circuit.nodes()::contains).toList();
    return writing.isEmpty() ? nodes.subList(0, 1) : writing;
  }

  private static void add(Map<Integer, SortedSet<Node>> rows, Node node) {
    int row =
        switch (node.kind()) {
          case INPUT -> -1;
          case HEAD, LOGITS -> 2 * node.layer();
          case MLP -> 2 * node.layer() + 1;
        };
    rows.computeIfAbsent(row, r -> new TreeSet<>(java.util.Comparator.comparingInt(Node::head)))
        .add(node);
  }

  private static CircuitGraph.Row row(SortedSet<Node> nodes) {
    Node first = nodes.first();
    String name = first.kind() == Node.Kind.HEAD ? "layer " + first.layer() : "";
    return new CircuitGraph.Row(
        name,
        nodes.stream().map(node -> new CircuitGraph.Node(node.toString(), label(node))).toList());
  }

  private static String label(Node node) {
    return switch (node.kind()) {
      case HEAD -> "H" + node.head();
      case MLP -> "MLP " + node.layer();
      case INPUT, LOGITS -> node.toString();
    };
  }

  static Figure curves(CircuitResult result) {
    return new Sheet(
        new Heading(
            "faithfulness",
            "How much of the model's answer a circuit gives",
            "Faithfulness f = (m(C) − m(∅)) / (m(N) − m(∅)) of circuits by their share of all"
                + " edges, and what is left when their edges alone are corrupted; bands are 95 %"
                + " intervals over pairs, for random edges over draws."),
        2,
        List.of(
            panel(
                result,
                "faithfulness-with",
                "only the circuit",
                CircuitEvaluation.Judged::faithfulness,
                CircuitEvaluation.Judged::randomFaithfulness),
            panel(
                result,
                "faithfulness-without",
                "all but the circuit",
                CircuitEvaluation.Judged::completeness,
                CircuitEvaluation.Judged::randomCompleteness)));
  }

  /** Reads one of a point's estimates; null where there is none. */
  private interface Reading {
    @Nullable Estimate of(CircuitEvaluation.Judged point);
  }

  private static Curves panel(
      CircuitResult result, String id, String title, Reading own, Reading random) {
    List<Curves.Series> series = new ArrayList<>();
    series.add(series("circuit", result.curve(), own));
    if (result.circuit().randomFaithfulness() != null) {
      series.add(series("random edges", result.curve(), random));
    }
    return new Curves(
        Heading.of(id, title),
        PlotAxis.log("share of all edges", 1e-4),
        PlotAxis.linear("f"),
        series,
        List.of(Guide.atY(0, ""), Guide.atY(1, "")));
  }

  private static Curves.Series series(
      String name, List<CircuitEvaluation.Judged> curve, Reading reading) {
    double[] x = new double[curve.size()];
    double[][] y = new double[3][x.length];
    for (int i = 0; i < x.length; i++) {
      Estimate estimate = Objects.requireNonNull(reading.of(curve.get(i)));
      x[i] = curve.get(i).share();
      y[0][i] = estimate.value();
      y[1][i] = estimate.low();
      y[2][i] = estimate.high();
    }
    return new Curves.Series(name, x, y[0], new Interval(y[1], y[2], "95 % interval"));
  }
}
