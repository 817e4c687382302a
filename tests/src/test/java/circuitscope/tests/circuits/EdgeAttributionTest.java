package circuitscope.tests.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.circuits.CircuitRuns;
import circuitscope.probes.circuits.EdgeAttribution;
import circuitscope.probes.circuits.EdgeGraph;
import circuitscope.probes.circuits.EdgePatching;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.UnsupportedModelException;
import circuitscope.probes.model.WeightMask;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PromptPairs;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edge scores, exact patching and restricted runs against transformers and against each other. */
final class EdgeAttributionTest {
  /** FP32 here and FP64 there, rounded to 1e-6: relative to the largest edge. */
  private static final double TOLERANCE = 1e-4;

  /** FP32 sums of some ten thousand products in another order, beside logits of about 1. */
  private static final double SAME_RUN = 2e-5;

  private static final PairMetric METRIC = PairMetric.LOGIT_DIFFERENCE;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2/1", "gpt2/3", "llama-gqa-rope3-fp16/3", "gpt-neox/3"})
  void scoresOfAllEdgesAreTransformers(String key) throws IOException {
    JsonNode golden = TestPairs.golden();
    String[] folderAndSteps = key.split("/", -1);
    TestPairs.with(
        folderAndSteps[0],
        Precision.FP32,
        model -> {
          EdgeAttribution attribution =
              new EdgeAttribution(model, METRIC, Integer.parseInt(folderAndSteps[1]));
          PromptPairs pairs = TestPairs.of(golden.get("pairs"));
          JsonNode expected = golden.get(key).get("scores");
          assertClose(expected, attribution.scores(pairs, 2, Progress.silent()));
          assertClose(expected, attribution.scores(pairs, 1, Progress.silent()));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2/3", "llama-gqa-rope3-fp16/3", "gpt-neox/3"})
  void effectsOfPatchingEachEdgeAreTransformers(String key) throws IOException {
    JsonNode golden = TestPairs.golden();
    TestPairs.with(
        key.split("/", -1)[0],
        Precision.FP32,
        model ->
            assertClose(
                golden.get(key).get("exact"),
                new EdgePatching(model, METRIC)
                    .effects(TestPairs.of(golden.get("pairs")), 7, Progress.silent())));
  }

  private static void assertClose(JsonNode expected, double[] actual) {
    assertThat(actual).hasSize(expected.size());
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected.get(i).asDouble()));
      worst = Math.max(worst, Math.abs(expected.get(i).asDouble() - actual[i]));
    }
    assertThat(largest).isGreaterThan(0.05);
    assertThat(worst).isLessThanOrEqualTo(TOLERANCE * largest);
  }

  /**
   * Of every family with a tiny checkpoint: grouped queries, post-norms, parallel blocks, ALiBi.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2",
        "gpt-neox",
        "gpt-neox-sequential",
        "llama-gqa-rope3-fp16",
        "gemma2-hub",
        "olmo2",
        "bloom",
        "gptj-hub",
        "falcon-40b",
        "falcon-7b",
        "phi3-mini-4k",
        "phi-2",
        "qwen2-bf16",
        "opt-no-final-norm",
        "gpt-neo",
        "mistral-window",
        "gemma"
      })
  void allEdgesAreTheCleanRunAndNoneTheCorruptedAndAllButOneItsPatching(String folder) {
    TestPairs.with(
        folder,
        Precision.FP32,
        model -> {
          PromptPairs pairs = TestPairs.random(model.spec().vocab(), 3, 9, 6);
          CircuitRuns runs = new CircuitRuns(model, pairs, METRIC, 8);
          int edges = runs.graph().edges();
          double[] effects = new EdgePatching(model, METRIC).effects(pairs, 64, Progress.silent());
          int strongest = strongest(effects);
          BitSet without = all(edges);
          without.clear(strongest);
          double[][] metrics =
              runs.metrics(List.of(all(edges), new BitSet(), without), Progress.silent());
          double[][] plain = PlainRuns.of(model, pairs);
          for (int pair = 0; pair < 2; pair++) {
            assertThat(metrics[0][pair]).isCloseTo(plain[0][pair], within(SAME_RUN));
            assertThat(metrics[1][pair]).isCloseTo(plain[1][pair], within(SAME_RUN));
          }
          double gone = (metrics[2][0] + metrics[2][1] - metrics[0][0] - metrics[0][1]) / 2;
          assertThat(Math.abs(effects[strongest])).isGreaterThan(20 * SAME_RUN);
          assertThat(gone).isCloseTo(effects[strongest], within(2 * SAME_RUN));
        });
  }

  private static BitSet all(int edges) {
    BitSet all = new BitSet();
    all.set(0, edges);
    return all;
  }

  private static int strongest(double[] effects) {
    int best = 0;
    for (int edge = 0; edge < effects.length; edge++) {
      best = Math.abs(effects[edge]) > Math.abs(effects[best]) ? edge : best;
    }
    return best;
  }

  /**
   * Uniform attention (queries and keys masked away), MLPs without a non-linearity and norms whose
   * ε drowns the variance make the metric linear in every edge.
   */
  @Test
  void attributionIsExactOnALinearModel(@TempDir Path folder) throws IOException {
    Path config = folder.resolve("linear.json");
    Files.writeString(
        config,
        """
        {"model_type": "gpt2", "n_embd": 24, "n_layer": 3, "n_head": 4, "vocab_size": 40,
         "n_positions": 32, "layer_norm_epsilon": 1e8, "activation_function": "linear",
         "initializer_range": 10.0}
        """);
    try (Model random = Model.random(HfConfig.read(config), 4, ComputeDevice.CPU, Precision.FP64)) {
      Map<String, BitSet> kept = new TreeMap<>();
      for (int layer = 0; layer < 3; layer++) {
        BitSet values = new BitSet(); // the last of three parts of each row
        for (int row = 0; row < 24; row++) {
          values.set(row * 72 + 48, (row + 1) * 72);
        }
        kept.put(random.weights().get(Slot.QKV, layer).name(), values);
      }
      try (Model linear = random.masked(new WeightMask("linear", kept))) {
        PromptPairs pairs = TestPairs.random(40, 1, 6, 6, 6);
        double[] scores =
            new EdgeAttribution(linear, METRIC, 1).scores(pairs, 3, Progress.silent());
        double[] effects = new EdgePatching(linear, METRIC).effects(pairs, 64, Progress.silent());
        double largest = TestPairs.largest(effects);
        EdgeGraph graph = EdgeGraph.of(linear.spec());
        for (int edge = 0; edge < scores.length; edge++) {
          // what is left of the norms' curvature: the stream's square over ε, about 1e-6
          double tolerance = 1e-4 * Math.abs(effects[edge]) + 1e-9 * largest;
          assertThat(scores[edge]).isCloseTo(effects[edge], within(tolerance));
          boolean pattern = graph.name(edge).matches(".*<[qk]>");
          assertThat(Math.abs(effects[edge]) > 1e-7 * largest).isEqualTo(!pattern);
        }
      }
    }
  }

  @Test
  void gpt2SmallHas32491Edges() throws IOException {
    Path config = Path.of("golden", "gpt2", "config.json");
    String small =
        Files.readString(config)
            .replaceAll("\"n_layer\": \\d+", "\"n_layer\": 12")
            .replaceAll("\"n_head\": \\d+", "\"n_head\": 12")
            .replaceAll("\"n_embd\": \\d+", "\"n_embd\": 24");
    Path file = Files.createTempFile("gpt2-small", ".json");
    Files.writeString(file, small);
    try (Model model = Model.random(HfConfig.read(file), 0, ComputeDevice.CPU, Precision.FP32)) {
      EdgeGraph graph = EdgeGraph.of(model.spec());
      assertThat(graph.edges()).isEqualTo(32_491); // Syed et al. 2023
      List<String> names = new ArrayList<>();
      for (int edge = 0; edge < 3; edge++) {
        names.add(graph.name(edge));
      }
      assertThat(names).containsExactly("input->a0.h0<q>", "input->a0.h1<q>", "input->a0.h2<q>");
      assertThat(graph.name(graph.edges() - 1)).isEqualTo("m11->logits");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aStreamThatIsNoSumIsRefusedByName() {
    TestPairs.with(
        "opt-350m",
        Precision.FP32,
        model ->
            assertThatThrownBy(() -> new EdgeAttribution(model, METRIC, 5))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("OPT")
                .hasMessageContaining("normalises the residual stream itself"));
  }
}
