package circuitscope.tests.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.residual.Depth;
import circuitscope.probes.residual.DepthAnalysis;
import circuitscope.probes.residual.Lens;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.probes.residual.NeuronAnalysis;
import circuitscope.probes.residual.NeuronView;
import circuitscope.probes.residual.Norms;
import circuitscope.probes.residual.NormsAnalysis;
import circuitscope.probes.residual.attribution.Attribution;
import circuitscope.probes.residual.attribution.AttributionAnalysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of one layer, four dimensions and four tokens: #0 (1,−1,0,0), #1 (0,0,1,−1), #2 = −#0, #3
 * = −#1, tied. Attention writes nothing. After the norm #0 is √2·(1,−1,0,0); neuron L0N0 reads it
 * with (1,−1,0,0)/(2√2), so it is 1 at #0 and, behind a ReLU, 0 elsewhere, and writes 3·#1. So #0
 * becomes (1,−1,3,−3), of scale √5 and logits (2, 6, −2, −6)/√5; the others stay as they are.
 */
final class ResidualByHandTest {
  /** FP32. */
  private static final double TOLERANCE = 1e-5;

  private static final int[] TOKENS = {0, 1, 2, 0};

  @TempDir Path folder;
  private Checkpoint checkpoint;
  private Model model;

  @BeforeEach
  void open() throws IOException {
    Map<String, Object> config =
        Map.of(
            "model_type",
            "gpt2",
            "n_layer",
            1,
            "n_embd",
            4,
            "n_head",
            1,
            "n_inner",
            2,
            "vocab_size",
            4,
            "n_positions",
            8,
            "activation_function",
            "relu",
            "layer_norm_epsilon",
            1e-12);
    Files.writeString(folder.resolve("config.json"), Json.pretty(config));
    List<TensorSource> tensors = new ArrayList<>();
    for (String norm : List.of("h.0.ln_1", "h.0.ln_2", "ln_f")) {
      tensors.add(tensor(norm + ".weight", new float[] {1, 1, 1, 1}, 4));
      tensors.add(tensor(norm + ".bias", new float[4], 4));
    }
    tensors.add(
        tensor(
            "wte.weight", new float[] {1, -1, 0, 0, 0, 0, 1, -1, -1, 1, 0, 0, 0, 0, -1, 1}, 4, 4));
    tensors.add(tensor("wpe.weight", new float[32], 8, 4));
    tensors.add(tensor("h.0.attn.c_attn.weight", new float[48], 4, 12));
    tensors.add(tensor("h.0.attn.c_attn.bias", new float[12], 12));
    tensors.add(tensor("h.0.attn.c_proj.weight", new float[16], 4, 4));
    tensors.add(tensor("h.0.attn.c_proj.bias", new float[4], 4));
    float k = (float) (1 / (2 * Math.sqrt(2)));
    tensors.add(tensor("h.0.mlp.c_fc.weight", new float[] {k, 0, -k, 0, 0, 0, 0, 0}, 4, 2));
    tensors.add(tensor("h.0.mlp.c_fc.bias", new float[2], 2));
    tensors.add(tensor("h.0.mlp.c_proj.weight", new float[] {0, 0, 3, -3, 0, 0, 0, 0}, 2, 4));
    tensors.add(tensor("h.0.mlp.c_proj.bias", new float[4], 4));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), tensors);
    checkpoint = Checkpoint.open(folder);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
  }

  private static TensorSource tensor(String name, float[] values, long... shape) {
    return TensorSource.of("transformer." + name, new TensorShape(shape), values);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  private Subject subject(int[]... rows) {
    return new Subject(model, null, new TokenInput.Ids("by hand", rows));
  }

  private static <P extends Record> P given(Class<P> type, Map<String, ?> values) {
    return ParameterSpec.of(type).read(Map.copyOf(values));
  }

  private Attribution attribution(Map<String, ?> values) {
    return new AttributionAnalysis()
        .run(
            subject(TOKENS),
            given(AttributionAnalysis.Parameters.class, values),
            Progress.silent());
  }

  @Test
  void theNeuronAddsSixOverTheScaleAndTheEmbeddingTakesTwo() {
    Attribution result = attribution(Map.of("by", "full", "answer", "#1", "against", "#0"));
    assertThat(share(result, "L0N0")).isCloseTo(6 / Math.sqrt(5), within(TOLERANCE));
    assertThat(share(result, "embedding")).isCloseTo(-2 / Math.sqrt(5), within(TOLERANCE));
    assertThat(share(result, "L0H0")).isZero();
    assertThat(result.sumCheck().observed()).isCloseTo(4 / Math.sqrt(5), within(TOLERANCE));
    assertThat(result.sumCheck().holds()).isTrue();
    assertThat(result.summary()).contains("sum check holds", "attribution norm");
    assertThat(result.figures().getFirst().title()).contains("sum check holds");
  }

  /** At #1 and #2 the most likely token is the one itself, with logit 2√2. */
  @Test
  void overAllPositionsTheModelsOwnAnswersAreAttributed() {
    Attribution result =
        attribution(Map.of("by", "layer", "against", "none", "all-positions", true));
    assertThat(share(result, "layer 0")).isCloseTo(12 / Math.sqrt(5), within(TOLERANCE));
    assertThat(share(result, "embedding")).isCloseTo(4 * Math.sqrt(2), within(TOLERANCE));
    assertThat(result.tensors()).hasSize(1);
  }

  private static double share(Attribution result, String part) {
    return result.rows().stream()
        .filter(row -> row.part().equals(part))
        .mapToDouble(Attribution.Row::share)
        .sum();
  }

  @Test
  void wrongAnswersAndPositionsAreRefusedBeforeTheWork() {
    assertThatThrownBy(() -> attribution(Map.of("answer", "#4"))).hasMessageContaining("#0 to #3");
    assertThatThrownBy(() -> attribution(Map.of("answer", "dog")))
        .hasMessageContaining("no tokenizer");
    assertThatThrownBy(() -> attribution(Map.of("position", 4)))
        .hasMessageContaining("positions are 0 to 3");
  }

  @Test
  void theLensReadsEachStateWithItsOwnScale() {
    Lens lens =
        new LensAnalysis()
            .run(
                subject(TOKENS),
                given(LensAnalysis.Parameters.class, Map.of("top", 2, "token", "#1")),
                Progress.silent());
    double[] before = {2 * Math.sqrt(2), 0, -2 * Math.sqrt(2), 0};
    double[] after = {2 / Math.sqrt(5), 6 / Math.sqrt(5), -2 / Math.sqrt(5), -6 / Math.sqrt(5)};
    double[] p = softmax(before);
    double[] q = softmax(after);
    Lens.Layer embedding = lens.layers().getFirst();
    assertThat(embedding.top().getFirst()).isEqualTo("#0");
    assertThat(embedding.finalRank()[0]).isEqualTo(2); // ties with #3, which is not likelier
    assertThat(embedding.finalProbability()[0]).isCloseTo(p[1], within(TOLERANCE));
    assertThat(embedding.nextLossNats()[0]).isCloseTo(-Math.log(p[1]), within(TOLERANCE));
    double entropy = 0;
    double kl = 0;
    for (int i = 0; i < 4; i++) {
      entropy -= p[i] * Math.log(p[i]);
      kl += q[i] * Math.log(q[i] / p[i]);
    }
    assertThat(embedding.entropyNats()[0]).isCloseTo(entropy, within(TOLERANCE));
    assertThat(embedding.klNats()[0]).isCloseTo(kl, within(TOLERANCE));
    assertThat(lens.layers().getLast().top().getFirst()).isEqualTo("#1");
    double[] watched = java.util.Objects.requireNonNull(lens.layers().getLast().tokenLogit());
    assertThat(watched[0]).isCloseTo(6 / Math.sqrt(5), within(TOLERANCE));
  }

  private static double[] softmax(double[] logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i]) / sum;
    }
    return probabilities;
  }

  /** Scored are #0, #1, #2 of each window: 1 layer, 0 and 0; the neuron's token alone waits. */
  @Test
  void onlyTheTokenThatTheLayerChangesNeedsIt() {
    Depth depth =
        new DepthAnalysis()
            .run(
                subject(TOKENS, TOKENS),
                given(DepthAnalysis.Parameters.class, Map.of("length", 4, "tau", 0.001)),
                Progress.silent());
    assertThat(depth.tables().getFirst().rows().stream().map(row -> row.get(2)).toList())
        .containsExactly(1, 0, 0);
    assertThat(depth.depth().value()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(depth.klDepth().value()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(depth.agreement().getFirst().value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(depth.agreement().getLast().value()).isEqualTo(1);
    assertThat(depth.mostFrequent().value()).isZero(); // #0, which is never the answer
    assertThat(depth.layersSaved()).containsEntry("0.5", 1).containsEntry("0.9", 0);
  }

  @Test
  void theStreamIsRootTwoLongAndRootTwentyWhereTheNeuronWrote() {
    Norms norms =
        new NormsAnalysis()
            .run(
                subject(TOKENS),
                given(NormsAnalysis.Parameters.class, Map.of("top", 1)),
                Progress.silent());
    double two = Math.sqrt(2);
    double twenty = Math.sqrt(20);
    assertThat(norms.states().getFirst().norms())
        .containsExactly(new double[] {two, two, two, two}, within(TOLERANCE));
    assertThat(norms.states().getLast().norms())
        .containsExactly(new double[] {twenty, two, two, twenty}, within(TOLERANCE));
    Norms.Dimension largest = norms.states().getLast().largest().getFirst();
    assertThat(largest.dimension()).isBetween(2, 3); // both hold (9 + 9 + 10) / 20 / 4
    assertThat(largest.share()).isCloseTo((0.45 + 0.5 + 0 + 0.45) / 4, within(TOLERANCE));
    assertThat(Math.abs(largest.largestValue())).isCloseTo(3, within(TOLERANCE));
    assertThat(norms.states().getLast().massive()).isZero();
  }

  @Test
  void theNeuronReadsTheFirstTokenAndWritesTheSecond() {
    NeuronView view =
        new NeuronAnalysis()
            .run(
                subject(TOKENS),
                given(
                    NeuronAnalysis.Parameters.class,
                    Map.of("neuron", "L0N0", "top", 2, "context", 1)),
                Progress.silent());
    assertThat(view.reads().getFirst().token()).isEqualTo("#0");
    assertThat(view.reads().getFirst().score()).isCloseTo(1 / Math.sqrt(2), within(TOLERANCE));
    assertThat(view.writes().getFirst().token()).isEqualTo("#1");
    assertThat(view.writes().getFirst().score()).isCloseTo(6, within(TOLERANCE));
    assertThat(view.suppresses().getFirst().token()).isEqualTo("#3");
    assertThat(view.active()).allMatch(place -> place.token().equals("#0"));
    assertThat(view.active().getFirst().activation()).isCloseTo(1, within(TOLERANCE));
    assertThat(view.shareAbove0()).isEqualTo(0.5);
    assertThat(view.histogram().counts()[0]).isEqualTo(2);
    assertThatThrownBy(
            () ->
                new NeuronAnalysis()
                    .run(
                        subject(TOKENS),
                        given(NeuronAnalysis.Parameters.class, Map.of("neuron", "L0N2")),
                        Progress.silent()))
        .hasMessageContaining("L0N0 to L0N1");
  }
}
