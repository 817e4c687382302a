package circuitscope.subnetworks.circuits;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.circuits.Circuit;
import circuitscope.probes.circuits.Node;
import circuitscope.probes.statistics.RankCorrelation;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Sheet;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Shares of a mask in a circuit.
 *
 * @param mask what was compared
 * @param headShare kept share of the weights of the circuit's heads
 * @param otherHeadShare of the other heads
 * @param chance share of random choices of as many heads that hold at least as much of the mask
 * @param mlpShare of the circuit's MLPs
 * @param spearman of edges' kept share and |score|, edges with weights only
 * @param circuitActive weights of the circuit as a mask, out of {@code maskable}
 */
public record CircuitMaskResult(
    String mask,
    double headShare,
    double otherHeadShare,
    double chance,
    double mlpShare,
    double spearman,
    long circuitActive,
    long maskable,
    List<NodeShare> nodes,
    List<EdgeShare> edges,
    @JsonIgnore Circuit circuit)
    implements Result {
  private static final int BARS = 60;

  /** Kept weights of one node. */
  public record NodeShare(String node, boolean inCircuit, long active, long total) {
    double share() {
      return (double) active / total;
    }
  }

  /** Kept weights of one edge of the circuit. */
  public record EdgeShare(String edge, double score, long active, long total) {}

  static CircuitMaskResult of(
      Circuit circuit, Mask own, Mask mask, CircuitWeights weights, int draws, long seed) {
    Map<Node, CircuitWeights.Count> counts = weights.nodes(mask);
    Set<Node> inside = circuit.nodes();
    List<Node> heads =
        counts.keySet().stream()
            .filter(node -> node.kind() == Node.Kind.HEAD)
            .sorted((a, b) -> a.headName().compareTo(b.headName()))
            .toList();
    List<Node> circuitHeads = heads.stream().filter(inside::contains).toList();
    List<Node> others = heads.stream().filter(head -> !inside.contains(head)).toList();
    double share = sum(circuitHeads, counts).share();
    List<CircuitWeights.Count> edges = weights.edges(mask);
    int[] weighted =
        IntStream.range(0, edges.size()).filter(edge -> edges.get(edge).total() > 0).toArray();
    return new CircuitMaskResult(
        mask.name(),
        share,
        sum(others, counts).share(),
        chance(heads, circuitHeads.size(), share, counts, draws, seed),
        sum(inside.stream().filter(node -> node.kind() == Node.Kind.MLP).toList(), counts).share(),
        RankCorrelation.spearman(
            IntStream.of(weighted).mapToDouble(edge -> edges.get(edge).share()).toArray(),
            IntStream.of(weighted).mapToDouble(e -> Math.abs(circuit.scores()[e])).toArray()),
        own.active(),
        own.total(),
        circuit.graph().writers().stream()
            .filter(counts::containsKey)
            .map(
                node ->
                    new NodeShare(
                        node.toString(),
                        inside.contains(node),
                        count(node, counts).active(),
                        count(node, counts).total()))
            .toList(),
        circuit.strongest().stream()
            .map(
                edge ->
                    new EdgeShare(
                        circuit.graph().name(edge),
                        circuit.scores()[edge],
                        edges.get(edge).active(),
                        edges.get(edge).total()))
            .toList(),
        circuit);
  }

  private static CircuitWeights.Count count(Node node, Map<Node, CircuitWeights.Count> counts) {
    return Objects.requireNonNull(counts.get(node));
  }

  private static CircuitWeights.Count sum(
      List<Node> nodes, Map<Node, CircuitWeights.Count> counts) {
    CircuitWeights.Count sum = new CircuitWeights.Count(0, 0);
    for (Node node : nodes) {
      sum = sum.plus(count(node, counts));
    }
    return sum;
  }

  private static double chance(
      List<Node> heads,
      int count,
      double share,
      Map<Node, CircuitWeights.Count> counts,
      int draws,
      long seed) {
    Random random = new Random(seed);
    List<Node> order = new ArrayList<>(heads);
    int asMuch = 0;
    for (int draw = 0; draw < draws; draw++) {
      Collections.shuffle(order, random);
      asMuch += sum(order.subList(0, count), counts).share() >= share ? 1 : 0;
    }
    return (1.0 + asMuch) / (1.0 + draws);
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%s keeps %.3f %% of the weights of the circuit's heads and %.3f %% of the others'"
            + " (as much by chance: p = %.3f), %.3f %% of its MLPs'%n"
            + "edges: Spearman of kept share and |score| %.3f%n"
            + "the circuit as a mask: %,d of %,d weights (%.2f %%)%n",
        mask,
        100 * headShare,
        100 * otherHeadShare,
        chance,
        100 * mlpShare,
        spearman,
        circuitActive,
        maskable,
        100.0 * circuitActive / maskable);
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "node", "a head: W_Q, W_O and the W_K, W_V that it reads; an MLP: all its matrices",
        "edge", "the writer's output matrix and the reader's input matrix",
        "chance", "as many heads, chosen at random among all");
  }

  @Override
  public List<Figure> figures() {
    boolean all = nodes.size() <= BARS;
    List<NodeShare> shown =
        nodes.stream().filter(node -> all || node.inCircuit()).limit(BARS).toList().reversed();
    Figure bars =
        new Bars(
            Heading.of("node-shares", "weights kept by " + mask),
            "",
            PlotAxis.linear("share kept (%)"),
            shown.stream().map(NodeShare::node).toList(),
            List.of(group("in the circuit", shown, true), group("outside it", shown, false)),
            Bars.Direction.LYING,
            List.of());
    return circuit.size() == 0
        ? List.of(bars)
        : List.of(
            new Sheet(
                Heading.of("circuit-and-mask", "A circuit and a subnetwork"),
                2,
                List.of(circuit.figure(), bars)));
  }

  private static Bars.Group group(String name, List<NodeShare> nodes, boolean inCircuit) {
    return new Bars.Group(
        name,
        nodes.stream()
            .mapToDouble(node -> node.inCircuit() == inCircuit ? 100 * node.share() : Double.NaN)
            .toArray());
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> nodeRows = new ArrayList<>();
    nodes.forEach(n -> nodeRows.add(List.of(n.node(), n.inCircuit(), n.active(), n.total())));
    List<List<Object>> edgeRows = new ArrayList<>();
    edges.forEach(e -> edgeRows.add(List.of(e.edge(), e.score(), e.active(), e.total())));
    return List.of(
        new DataTable("nodes", List.of("node", "in_circuit", "active", "total"), nodeRows),
        new DataTable("edges", List.of("edge", "score", "active", "total"), edgeRows));
  }
}
