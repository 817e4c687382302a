package circuitscope.subnetworks.circuits;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.probes.circuits.Circuit;
import circuitscope.probes.circuits.EdgeGraph;
import circuitscope.probes.circuits.Node;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weights;
import circuitscope.subnetworks.compose.Unit;
import circuitscope.subnetworks.compose.Units;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskBlock;
import circuitscope.subnetworks.mask.MaskBlock.Part;
import circuitscope.subnetworks.mask.MaskBlocks;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which weights nodes and edges are made of. A head: its queries and outputs, and the keys and
 * values that it reads; an MLP: all of it. An edge: what its writer writes through (W_O of a head,
 * the MLP's output matrix) and what its reader reads through; {@code input} and {@code logits} have
 * no weights that a mask speaks of.
 */
final class CircuitWeights {
  private final Units units;
  private final MaskBlocks geometry;
  private final EdgeGraph graph;
  private final Weights weights;

  CircuitWeights(Model model, EdgeGraph graph) {
    this.units = Units.of(model);
    this.geometry = MaskBlocks.of(model);
    this.graph = graph;
    this.weights = model.weights();
  }

  /** Kept weights out of all. */
  record Count(long active, long total) {
    Count plus(Count other) {
      return new Count(active + other.active, total + other.total);
    }

    double share() {
      return total == 0 ? Double.NaN : (double) active / total;
    }
  }

  private static Unit unit(Node node) {
    return node.kind() == Node.Kind.HEAD
        ? new Unit.Head(node.headName())
        : new Unit.Mlp(node.layer());
  }

  /** Whether a node has weights at all. */
  static boolean weighted(Node node) {
    return node.kind() == Node.Kind.HEAD || node.kind() == Node.Kind.MLP;
  }

  /** Kept weights of every head and MLP. */
  Map<Node, Count> nodes(Mask mask) {
    Map<Node, Count> counts = new HashMap<>();
    for (Node node : graph.writers()) {
      if (weighted(node)) {
        counts.put(node, count(mask, units.blocks(unit(node))));
      }
    }
    return counts;
  }

  /**
   * Kept weights of every edge.
   *
   * @return {@code [edge]}
   */
  List<Count> edges(Mask mask) {
    Map<Node, Count> written = new HashMap<>();
    for (Node node : graph.writers()) {
      written.put(node, part(mask, node, Part.O, Part.OUT));
    }
    List<Count> counts = new ArrayList<>();
    for (int reader = 0; reader < graph.readers().size(); reader++) {
      Count read = read(mask, reader);
      for (int writer = 0; writer < graph.visible(reader); writer++) {
        counts.add(read.plus(Objects.requireNonNull(written.get(graph.writers().get(writer)))));
      }
    }
    return counts;
  }

  private Count read(Mask mask, int reader) {
    Node node = graph.nodes(reader).getFirst();
    return switch (graph.readers().get(reader).kind()) {
      case Q -> part(mask, node, Part.Q);
      case K -> part(mask, node, Part.K);
      case V -> part(mask, node, Part.V);
      case MLP -> part(mask, node, Part.IN, Part.GATE);
      case LOGITS -> new Count(0, 0);
    };
  }

  private Count part(Mask mask, Node node, Part... parts) {
    if (!weighted(node)) {
      return new Count(0, 0);
    }
    return count(
        mask,
        units.blocks(unit(node)).stream()
            .filter(block -> List.of(parts).contains(block.part()))
            .toList());
  }

  private Count count(Mask mask, List<MaskBlock> blocks) {
    Count sum = new Count(0, 0);
    for (MaskBlocks.Count one : geometry.count(mask, blocks)) {
      sum = sum.plus(new Count(one.active(), one.total()));
    }
    return sum;
  }

  /** The mask that keeps the weights of a circuit's nodes, whole, and no others. */
  Mask mask(Circuit circuit, String name) {
    List<MaskMatrix> empty =
        weights.maskable().stream()
            .map(
                weight ->
                    new MaskMatrix(
                        weight.name(),
                        new TensorShape(weight.array().getShape().getShape()),
                        new BitSet()))
            .toList();
    List<Unit> kept =
        circuit.nodes().stream()
            .filter(CircuitWeights::weighted)
            .map(CircuitWeights::unit)
            .toList();
    return units.added(Mask.of(name, empty, MaskProvenance.NONE), kept).named(name);
  }
}
