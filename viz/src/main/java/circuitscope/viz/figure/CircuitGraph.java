package circuitscope.viz.figure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A graph in layers: what writes at the bottom, what reads above it.
 *
 * @param rows from the bottom to the top; edges go upwards
 * @param positive what an edge of positive score means, in a few words
 * @param negative what one of negative score means
 */
public record CircuitGraph(
    Heading heading, List<Row> rows, List<Edge> edges, String positive, String negative)
    implements Figure {

  public CircuitGraph {
    rows = List.copyOf(rows);
    edges = List.copyOf(edges);
    Check.notEmpty(heading, "rows", rows.size());
    Set<String> below = new HashSet<>();
    for (Row row : rows) {
      Check.notEmpty(heading, "nodes in row '" + row.name() + "'", row.nodes().size());
      for (Edge edge : edges) {
        boolean here = row.nodes().stream().anyMatch(node -> node.id().equals(edge.to()));
        if (here && !below.contains(edge.from())) {
          throw new IllegalArgumentException(
              "figure '%s': the edge from '%s' to '%s' does not lead to a higher row"
                  .formatted(heading.id(), edge.from(), edge.to()));
        }
      }
      row.nodes().forEach(node -> below.add(node.id()));
    }
    for (Edge edge : edges) {
      if (!below.contains(edge.from()) || !below.contains(edge.to())) {
        throw new IllegalArgumentException(
            "figure '%s': the edge from '%s' to '%s' joins nodes that are not in it"
                .formatted(heading.id(), edge.from(), edge.to()));
      }
    }
  }

  /**
   * Nodes beside each other.
   *
   * @param name stands before them; may be empty
   */
  public record Row(String name, List<Node> nodes) {
    public Row {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * One node.
   *
   * @param label what is written on it
   */
  public record Node(String id, String label) {}

  /**
   * One edge: its width follows |score|, its colour the sign.
   *
   * @param port which input of the node it goes to
   */
  public record Edge(String from, String to, Port port, double score) {}

  /** Inputs of a node, from left to right. */
  public enum Port {
    QUERY,
    KEY,
    VALUE,
    /** The only one. */
    WHOLE
  }
}
