package circuitscope.tests.heads;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.detect.KindScores;
import circuitscope.heads.detect.ProtocolScores;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Detectors against PyTorch ({@code golden/head_detector.py}) on full, grouped, windowed and ALiBi
 * attention.
 */
final class HeadDetectorTest {
  private static final String ALL =
      "circuitscope-repeated-block,transformerlens-mul,transformerlens-mul-excluding,"
          + "transformerlens-abs,transformerlens-abs-excluding";

  /** Both sides run in FP32; a pattern is off by up to 1e-6, and the file keeps seven decimals. */
  private static final double TOLERANCE = 2e-6;

  /** {@code abs} is rounded to three decimals: a difference of 1e-6 may tip it. */
  private static final double ROUNDED = 1e-3;

  private static JsonNode golden;
  private static int[][] ids;

  @BeforeAll
  static void read() throws IOException {
    golden = new ObjectMapper().readTree(Path.of("golden", "head_detector.json").toFile());
    ids = new ObjectMapper().convertValue(golden.get("ids"), int[][].class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "mistral-window", "bloom"})
  void scoresUnderEveryProtocolEqualPyTorchs(String name) throws IOException {
    JsonNode expected = golden.get("checkpoints").get(name).get("scores");
    on(
        name,
        new TokenInput.Ids("golden", ids),
        Map.of("protocols", ALL, "period", 11, "successor", false),
        result -> {
          assertThat(requireNonNull(result.protocol().get("bos")).toString())
              .startsWith("one token before");
          for (ProtocolScores protocol : result.protocols()) {
            String id = protocol.protocol().replace("/1", "");
            double tolerance = id.contains("abs") ? ROUNDED : TOLERANCE;
            protocol
                .kinds()
                .forEach(
                    (kind, scores) ->
                        assertClose(
                            scores.score(), expected.get(id).get(kind), tolerance, id + kind));
          }
          JsonNode copying = golden.get("checkpoints").get(name).get("copying");
          assertClose(
              requireNonNull(result.copying()).share(), copying.get("share"), 1e-5, "share");
          assertClose(result.copying().score().score(), copying.get("score"), 1e-5, "score");
          assertClose(result.copying().signed(), copying.get("signed"), 1e-4, "signed");
        });
  }

  @Test
  void successorsOfTheEmbeddedModelEqualPyTorchs() throws IOException {
    Path folder = Path.of("..", "models-cache", "embedded", "gpt2-4l");
    JsonNode expected = golden.get("successors");
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, (part, done, all) -> {})) {
      HeadScores result =
          new DetectAnalysis()
              .run(
                  new Subject(model, tokenizer, null),
                  ParameterSpec.of(DetectAnalysis.Parameters.class).read(Map.of("samples", 3)),
                  Progress.silent());
      assertThat(requireNonNull(result.successor()).protocol())
          .containsEntry("pairs", expected.get("pairs").asInt());
      // Shares of whole tokens: nothing is lost in rounding unless two logits all but tie.
      assertClose(result.successor().score().score(), expected.get("score"), 1e-6, "successor");
      HeadScores.Head best = result.best(HeadScores.Kind.INDUCTION).getFirst();
      assertThat(best.head()).isEqualTo("L3H1");
      assertThat(best.verdict()).isEqualTo(HeadScores.Verdict.INDUCTION);
      assertThat(requireNonNull(best.evidence().get("induction")).outstanding()).isTrue();
    }
  }

  @Test
  void smallerBatchesChangeNothing() throws IOException {
    HeadScores[] results = new HeadScores[2];
    for (int batch = 1; batch <= 2; batch++) {
      int at = batch - 1;
      on(
          "mistral-window",
          new TokenInput.Ids("golden", ids),
          Map.of("protocols", ALL, "period", 11, "batch", batch),
          result -> results[at] = result);
    }
    for (int i = 0; i < results[0].heads().size(); i++) {
      assertThat(results[0].heads().get(i).scores().induction())
          .isCloseTo(results[1].heads().get(i).scores().induction(), within(TOLERANCE));
    }
  }

  @Test
  void theNullOfARandomModelIsUniformAttentionAndNothingStandsOut() throws IOException {
    on(
        "llama",
        null,
        Map.of("period", 20, "shuffles", 400),
        result -> {
          KindScores induction =
              requireNonNull(result.protocols().getFirst().kinds().get("induction"));
          double uniform =
              requireNonNull((Map<?, ?>) result.protocol().get("uniform_attention"))
                          .get("induction")
                      instanceof Double d
                  ? d
                  : -1;
          for (int head = 0; head < induction.score().length; head++) {
            // A shuffled target is a uniform draw among the keys in sight, whatever the head does.
            assertThat(induction.nullMean()[head]).isCloseTo(uniform, within(0.1 * uniform));
            assertThat(induction.low()[head]).isLessThanOrEqualTo(induction.score()[head]);
            assertThat(induction.high()[head]).isGreaterThanOrEqualTo(induction.score()[head]);
          }
          assertThat(induction.nullOfMaximum().percentile95())
              .isGreaterThanOrEqualTo(max(induction.null95th()));
          assertThat(result.leftOut()).containsKey("successor");
        });
  }

  @Test
  void aPatternOfOnesOwnIsLookedForBesideTheOthers() throws IOException {
    HeadScores[] results = new HeadScores[2];
    on(
        "gpt2",
        new TokenInput.Ids("golden", ids),
        Map.of("period", 11, "pattern", "offset:-1"),
        result -> results[0] = result);
    on(
        "gpt2",
        new TokenInput.Ids("golden", ids),
        Map.of("period", 11, "pattern", "after-token:#" + ids[0][1]),
        result -> results[1] = result);
    for (HeadScores.Head head : results[0].heads()) {
      assertThat(head.scores().pattern()).isCloseTo(head.scores().previous(), within(1e-9));
    }
    assertThat(results[1].heads().getFirst().scores().pattern()).isPositive();
  }

  @Test
  void everyProtocolThatTheModelAllowsIsScoredAndTheRestNamed() throws IOException {
    on(
        "gpt2",
        null,
        Map.of("protocols", "all", "period", 20),
        result -> {
          assertThat(result.protocols()).hasSizeGreaterThanOrEqualTo(1);
          assertThat(result.leftOut().get("transformerlens-exploratory-demo"))
              .contains("128 positions");
          assertThat(result.leftOut().get("olsson-prefix-matching")).contains("start token");
        });
  }

  @Test
  void whatCannotBeScoredIsRefusedWithTheReason() {
    refused("gpt2", Map.of("protocols", "olsson-prefix-matchin"), null, "did you mean");
    refused("gpt2", Map.of("period", 100), null, "128 positions; lower --period");
    refused("gpt2", Map.of("period", 13), new TokenInput.Ids("x", ids), "needs 26");
    refused("gpt2", Map.of("pattern", "offset:3"), null, "no rule");
    refused("gpt2", Map.of("pattern", "token:the"), null, "tokenizer");
    refused("gpt2", Map.of("pattern-file", "golden/head_detector.json"), null, "rows of 0 and 1");
    refused("bloom", Map.of("period", 300), null, "vocabulary of 257");
  }

  private static void refused(
      String name, Map<String, Object> parameters, @Nullable TokenInput input, String reason) {
    assertThatThrownBy(() -> on(name, input, parameters, result -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static void on(
      String name,
      @Nullable TokenInput input,
      Map<String, Object> parameters,
      Consumer<HeadScores> check)
      throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", name));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, (part, done, all) -> {})) {
      DetectAnalysis.Parameters read =
          ParameterSpec.of(DetectAnalysis.Parameters.class).read(parameters);
      check.accept(
          new DetectAnalysis().run(new Subject(model, null, input), read, Progress.silent()));
    }
  }

  private static void assertClose(
      double[] actual, JsonNode expected, double tolerance, String what) {
    assertThat(actual).as(what).hasSize(expected.size());
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as(what + " of head " + i)
          .isCloseTo(expected.get(i).asDouble(), within(tolerance));
    }
  }

  private static double max(double[] values) {
    double max = values[0];
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
