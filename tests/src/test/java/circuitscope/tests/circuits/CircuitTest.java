package circuitscope.tests.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.circuits.Circuit;
import circuitscope.probes.circuits.CircuitRuns;
import circuitscope.probes.circuits.EapJson;
import circuitscope.probes.circuits.EdgeAttribution;
import circuitscope.probes.circuits.EdgeGraph;
import circuitscope.probes.circuits.EdgeSearch;
import circuitscope.probes.circuits.Faithfulness;
import circuitscope.probes.circuits.Node;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PromptPairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Choosing, pruning and storing circuits. */
final class CircuitTest {
  /** As in {@link EdgeAttributionTest}: sums in another order. */
  private static final double SAME_RUN = 2e-5;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "gpt-neox"})
  void pruningLeavesNoLooseEndAndChangesNoMetric(String folder) {
    TestPairs.with(
        folder,
        Precision.FP32,
        model -> {
          PromptPairs pairs = TestPairs.random(257, 8, 7, 7);
          PairMetric metric = PairMetric.LOGIT_DIFFERENCE;
          double[] scores =
              new EdgeAttribution(model, metric, 2).scores(pairs, 2, Progress.silent());
          EdgeGraph graph = EdgeGraph.of(model.spec());
          int count = graph.edges() / 6;
          BitSet loose = new BitSet();
          IntStream.range(0, graph.edges())
              .boxed()
              .sorted((a, b) -> Double.compare(Math.abs(scores[b]), Math.abs(scores[a])))
              .limit(count)
              .forEach(loose::set);
          Circuit pruned = new Circuit(graph, loose, scores).pruned();
          assertThat(pruned.size()).isBetween(1, count - 1);
          assertThat(pruned.edges()).isEqualTo(EdgeSearch.TOP_N.find(graph, scores, count).edges());
          assertConnected(pruned);
          double[][] metrics =
              new CircuitRuns(model, pairs, metric, 2)
                  .metrics(List.of(loose, pruned.edges()), Progress.silent());
          for (int pair = 0; pair < 2; pair++) {
            assertThat(metrics[1][pair]).isCloseTo(metrics[0][pair], within(SAME_RUN));
          }
          Circuit greedy = EdgeSearch.GREEDY.find(graph, scores, count);
          assertConnected(greedy);
          assertThat(greedy.size()).isGreaterThanOrEqualTo(pruned.size());
        });
  }

  /** Every writer but the input is read into, every reader but the logits writes on. */
  private static void assertConnected(Circuit circuit) {
    EdgeGraph graph = circuit.graph();
    Set<Node> written = new HashSet<>();
    Set<Node> read = new HashSet<>();
    circuit.edges().stream()
        .forEach(
            edge -> {
              written.add(graph.writerOf(edge));
              read.addAll(graph.nodes(graph.readerOf(edge)));
            });
    for (Node node : written) {
      assertThat(node.kind() == Node.Kind.INPUT || read.contains(node)).as("%s", node).isTrue();
    }
    circuit.edges().stream()
        .mapToObj(edge -> graph.nodes(graph.readerOf(edge)))
        .forEach(
            nodes ->
                assertThat(nodes)
                    .anyMatch(node -> node.kind() == Node.Kind.LOGITS || written.contains(node)));
  }

  @Test
  void greedyGrowsFromTheLogitsAndTopNTakesTheLargest() {
    TestPairs.with(
        "gpt2",
        Precision.FP32,
        model -> {
          EdgeGraph graph = EdgeGraph.of(model.spec());
          double[] scores = new double[graph.edges()];
          IntStream.range(0, scores.length)
              .forEach(
                  edge ->
                      scores[edge] =
                          switch (graph.name(edge)) {
                            case "input->a0.h1<v>" -> 9; // leads nowhere
                            case "input->a0.h2<q>" -> -3;
                            case "a0.h2->m1" -> 2;
                            case "m1->logits" -> -1;
                            default -> 1e-6 / (1 + edge);
                          });
          assertThat(names(EdgeSearch.GREEDY.find(graph, scores, 3)))
              .containsExactlyInAnyOrder("input->a0.h2<q>", "a0.h2->m1", "m1->logits");
          assertThat(names(EdgeSearch.TOP_N.find(graph, scores, 3))).isEmpty();
          assertThat(names(EdgeSearch.TOP_N.find(graph, scores, 4)))
              .containsExactlyInAnyOrder("input->a0.h2<q>", "a0.h2->m1", "m1->logits");
          assertThat(names(EdgeSearch.above(graph, scores, 0.5))).hasSize(3);
        });
  }

  private static Set<String> names(Circuit circuit) {
    Set<String> names = new TreeSet<>();
    circuit.edges().stream().mapToObj(circuit.graph()::name).forEach(names::add);
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "gpt-neox"})
  void eapJsonKeepsScoresAndEdges(String folder, @TempDir Path out) {
    TestPairs.with(
        folder,
        Precision.FP32,
        model -> {
          EdgeGraph graph = EdgeGraph.of(model.spec());
          double[] scores = new Random(2).doubles(graph.edges(), -1, 1).toArray();
          Circuit circuit = EdgeSearch.TOP_N.find(graph, scores, 60);
          Path file = out.resolve("circuit.json");
          Circuit read = stored(model, circuit, file);
          assertThat(read.edges()).isEqualTo(circuit.edges());
          assertThat(read.scores()).containsExactly(scores, within(1e-7)); // stored in FP32
        });
  }

  /** Of a group's two heads, 0.25 and 0.5 into the same keys are 0.75 into the group's. */
  @Test
  void aFileThatKeepsHeadsApartIsAddedUpByGroup(@TempDir Path out) throws IOException {
    Path file = out.resolve("apart.json");
    Files.writeString(
        file,
        """
        {"cfg": {"n_layers": 3, "n_heads": 4, "parallel_attn_mlp": false, "d_model": 64},
         "nodes": {"input": {"in_graph": true}, "a1.h0": {"in_graph": true}},
         "edges": {"input->a1.h0<k>": {"score": 0.25, "in_graph": false},
                   "input->a1.h1<k>": {"score": 0.5, "in_graph": true}}}
        """);
    TestPairs.with(
        "llama-gqa-rope3-fp16",
        Precision.FP32,
        model -> {
          Circuit circuit = read(file, model);
          assertThat(circuit.size()).isEqualTo(1);
          int edge = circuit.strongest().getFirst();
          assertThat(circuit.graph().names(edge)).contains("input->a1.h0<k>", "input->a1.h1<k>");
          assertThat(circuit.scores()[edge]).isEqualTo(0.75);
        });
  }

  @Test
  void aCircuitOfAnotherModelIsRefused(@TempDir Path out) throws IOException {
    Path file = out.resolve("other.json");
    String cfg = "{\"cfg\": {\"n_layers\": %d}, \"nodes\": {}, \"edges\": {%s}}";
    Files.writeString(file, cfg.formatted(12, ""));
    TestPairs.with(
        "gpt2",
        Precision.FP32,
        model -> {
          assertThatThrownBy(() -> EapJson.read(file, model.spec()))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("cfg.n_layers is 12, and the model's is 3");
          write(file, cfg.formatted(3, "\"m1->m0\": {\"score\": 1, \"in_graph\": true}"));
          assertThatThrownBy(() -> EapJson.read(file, model.spec()))
              .hasMessageContaining("no edge 'm1->m0'");
          write(file, "[]");
          assertThatThrownBy(() -> EapJson.read(file, model.spec()))
              .hasMessageContaining("no object 'cfg'");
        });
  }

  /**
   * f of 0, 1 and 1.5 at shares 0, ½ and 1: trapezoids of 0.25 and 0.625; of |1 − f| 0.25, 0.125.
   */
  @Test
  void areasAreTrapezoidsOverTheShare() {
    List<Double> shares = List.of(0.0, 0.5, 1.0);
    List<Double> f = List.of(0.0, 1.0, 1.5);
    assertThat(Faithfulness.area(shares, f)).isEqualTo(0.875);
    assertThat(Faithfulness.distance(shares, f)).isEqualTo(0.375);
    double[] whole = {3, 5};
    double[] empty = {1, -1};
    assertThat(new Faithfulness(whole, empty).of(new double[] {2, 4})).isEqualTo(0.75);
  }

  private static Circuit stored(Model model, Circuit circuit, Path file) {
    try {
      EapJson.write(file, circuit, model.spec());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(file, model);
  }

  private static Circuit read(Path file, Model model) {
    try {
      return EapJson.read(file, model.spec());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
