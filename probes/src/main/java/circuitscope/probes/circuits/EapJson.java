package circuitscope.probes.circuits;

import circuitscope.probes.model.DecoderSpec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Circuits as EAP-IG and the MIB circuit track store them, {@code {cfg, nodes, edges}}: {@code
 * docs/circuit-format.md}.
 *
 * <p>Their graphs have a key and a value reader a query head. Under grouped-query attention an edge
 * into shared keys or values is written once a query head of the group, each time with the group's
 * whole score, and {@code cfg.n_key_value_heads} says so. A file without that key keeps the heads
 * apart: of it the scores of a group are added up, and an edge is in the circuit when any head's
 * is.
 */
public final class EapJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String GROUPS = "n_key_value_heads";

  private EapJson() {}

  /**
   * Writes all edges with their scores, and which of them are in the circuit.
   *
   * @param file its folder is made where there is none
   */
  public static void write(Path file, Circuit circuit, DecoderSpec spec) throws IOException {
    EdgeGraph graph = circuit.graph();
    ObjectNode document = MAPPER.createObjectNode();
    ObjectNode cfg = document.putObject("cfg");
    cfg.put("n_layers", graph.layers());
    cfg.put("n_heads", graph.heads());
    cfg.put("parallel_attn_mlp", spec.residual().parallel());
    cfg.put("d_model", spec.dModel());
    if (graph.headsPerGroup() > 1) {
      cfg.put(GROUPS, graph.heads() / graph.headsPerGroup());
    }
    ObjectNode nodes = document.putObject("nodes");
    Set<Node> inside = circuit.nodes();
    for (Node node : graph.writers()) {
      nodes.putObject(node.toString()).put("in_graph", inside.contains(node));
    }
    nodes.putObject("logits").put("in_graph", true);
    ObjectNode edges = document.putObject("edges");
    for (int edge = 0; edge < graph.edges(); edge++) {
      for (String name : graph.names(edge)) {
        ObjectNode stored = edges.putObject(name);
        stored.put("score", (float) circuit.scores()[edge]);
        stored.put("in_graph", circuit.edges().get(edge));
      }
    }
    Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    Files.writeString(file, MAPPER.writeValueAsString(document) + "\n");
  }

  /**
   * Reads a circuit of a model.
   *
   * @throws IOException when the file cannot be read, is no such document, or is of another model;
   *     the message says what differs
   */
  public static Circuit read(Path file, DecoderSpec spec) throws IOException {
    JsonNode document;
    try {
      document = MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": not JSON: " + e.getOriginalMessage(), e);
    }
    for (String key : List.of("cfg", "nodes", "edges")) {
      if (!document.path(key).isObject()) {
        throw new IOException(
            "%s: no object '%s' in it; a circuit file has cfg, nodes and edges, as EAP-IG writes them"
                .formatted(file, key));
      }
    }
    EdgeGraph graph = EdgeGraph.of(spec);
    JsonNode cfg = document.get("cfg");
    check(file, cfg, "n_layers", graph.layers());
    check(file, cfg, "n_heads", graph.heads());
    check(file, cfg, "d_model", spec.dModel());
    boolean shared = cfg.has(GROUPS);
    if (shared) {
      check(file, cfg, GROUPS, graph.heads() / graph.headsPerGroup());
    }
    return edges(file, document.get("edges"), graph, shared);
  }

  private static void check(Path file, JsonNode cfg, String key, int expected) throws IOException {
    if (cfg.has(key) && cfg.get(key).asInt() != expected) {
      throw new IOException(
          "%s: cfg.%s is %s, and the model's is %d; the circuit is of another model"
              .formatted(file, key, cfg.get(key), expected));
    }
  }

  private static Circuit edges(Path file, JsonNode stored, EdgeGraph graph, boolean shared)
      throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    for (int edge = 0; edge < graph.edges(); edge++) {
      for (String name : graph.names(edge)) {
        numbers.put(name, edge);
      }
    }
    double[] scores = new double[graph.edges()];
    BitSet inside = new BitSet();
    for (Map.Entry<String, JsonNode> one : stored.properties()) {
      Integer edge = numbers.get(one.getKey());
      if (edge == null) {
        throw new IOException(
            "%s: the model has no edge '%s'; its edges are named like %s and %s"
                .formatted(file, one.getKey(), graph.name(0), graph.name(graph.edges() - 1)));
      }
      double score = one.getValue().path("score").asDouble(0);
      scores[edge] = shared ? score : scores[edge] + score;
      if (one.getValue().path("in_graph").asBoolean(false)) {
        inside.set(edge);
      }
    }
    return new Circuit(graph, inside, scores);
  }
}
