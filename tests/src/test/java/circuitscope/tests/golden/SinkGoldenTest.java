package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.sinks.Contrast;
import circuitscope.heads.sinks.Outcome;
import circuitscope.heads.sinks.SinkInterventions;
import circuitscope.heads.sinks.SinkInterventionsAnalysis;
import circuitscope.heads.sinks.SinkMassive;
import circuitscope.heads.sinks.SinkMassiveAnalysis;
import circuitscope.heads.sinks.SinkProfile;
import circuitscope.heads.sinks.SinkRate;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.heads.sinks.SinkWhy;
import circuitscope.heads.sinks.SinkWhyAnalysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sinks against {@code golden/sinks.py}: learned positions, rotary with grouped queries, ALiBi. */
final class SinkGoldenTest {
  /** FP32 here and FP64 there: three layers of sums of 64 products, of values up to about 5. */
  private static final double TOLERANCE = 2e-5;

  private static final int LENGTH = 24;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "bloom"})
  void ratesAndAlphasEqualPyTorchsOverTheWholeSurface(String name) throws IOException {
    JsonNode expected = expected().get(name);
    try (GoldenModel golden = GoldenModel.open(name)) {
      SinkRate result = rate(subject(golden, name), LENGTH, List.of(8, 16));
      SinkProfile.Surface surface = result.profiles().getFirst().surface();

      assertThat(surface.lengths()).containsExactly(8, 16, 24);
      for (int key = 0; key < 4; key++) {
        for (int length = 0; length < 3; length++) {
          // No α of these models lies within 1e-6 of a threshold, so counts are equal.
          assertThat(surface.rate()[key][length])
              .containsExactly(
                  doubles(expected.at("/surface/%d/%d".formatted(key, length))), within(1e-8));
        }
      }
      for (int layer = 0; layer < 3; layer++) {
        assertThat(result.alpha0()[layer])
            .containsExactly(doubles(expected.at("/alpha0/" + layer)), within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "bloom"})
  void normsAnglesAndWritesEqualPyTorchs(String name) throws IOException {
    JsonNode expected = expected().get(name);
    try (GoldenModel golden = GoldenModel.open(name)) {
      SinkWhy why =
          new SinkWhyAnalysis()
              .run(
                  subject(golden, name),
                  new SinkWhyAnalysis.Parameters(LENGTH, 10, 1, 0),
                  Progress.silent());

      equal(why.embedding(), expected.at("/h/0"));
      for (SinkWhy.Layer layer : why.layers()) {
        JsonNode one = expected.at("/layers/" + layer.layer());
        equal(layer.h(), expected.at("/h/" + (layer.layer() + 1)));
        equal(layer.k(), one.get("k"));
        equal(layer.v(), one.get("v"));
        equal(layer.qk(), one.get("qk"));
      }
      for (SinkWhy.Head head : why.heads()) {
        JsonNode one = expected.at("/layers/" + head.head().layer());
        int index = head.head().head();
        equal(head.cosSink().value(), one.get("cos_sink").get(index));
        equal(head.cosOthers().value(), one.get("cos_others").get(index));
        equal(head.mass().value(), one.get("mass").get(index));
        equal(head.valueShare().value(), one.get("value_share").get(index));
        equal(head.biasConstancy(), one.get("bias_constancy").get(index));
        equal(head.restConstancy(), one.get("rest_constancy").get(index));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "bloom"})
  void magnitudesAndTheLossWithoutLargeValuesEqualPyTorchs(String name) throws IOException {
    JsonNode expected = expected().get(name);
    try (GoldenModel golden = GoldenModel.open(name)) {
      SinkMassive chosen = massive(subject(golden, name), null);
      for (SinkMassive.State state : chosen.states()) {
        JsonNode one = expected.at("/magnitudes/" + (state.layer() + 1));
        equal(state.median(), one.get("median"));
        for (int rank = 0; rank < 3; rank++) {
          equal(state.top().get(rank).value(), one.get("top").get(rank));
        }
      }
      equal(chosen.outcomes().getFirst().lossNats().value(), expected.get("loss"));
      equal(chosen, expected.get("large_values"));
      equal(massive(subject(golden, name), 1), expected.get("large_values_2"));
    }
  }

  private static SinkMassive massive(Subject subject, @Nullable Integer layer) {
    return new SinkMassiveAnalysis()
        .run(
            subject,
            new SinkMassiveAnalysis.Parameters(LENGTH, 10, 1, layer, 0.3, 2, 0),
            Progress.silent());
  }

  private static void equal(SinkMassive actual, JsonNode expected) {
    assertThat(actual.massive()).isFalse();
    assertThat(actual.layer() + 1).isEqualTo(expected.get("state").asInt());
    assertThat(actual.dimensions().stream().mapToDouble(SinkMassive.Dimension::dimension).toArray())
        .containsExactly(doubles(expected.get("dimensions")));
    equalRun(actual.outcomes().get(1), expected.get("zero"));
    equalRun(actual.outcomes().get(2), expected.get("mean"));
  }

  @Test
  void swappedPositionEmbeddingsAreThoseOfASwappedTable() throws IOException {
    JsonNode expected = expected().at("/gpt2/swapped_4");
    try (GoldenModel golden = GoldenModel.open("gpt2")) {
      SinkInterventions result = interventions(subject(golden, "gpt2"));
      Outcome swapped =
          result.outcomes().stream()
              .filter(one -> one.name().equals("positions 0 and 4 swapped"))
              .findFirst()
              .orElseThrow();
      equal(swapped.lossNats().value(), expected.get("loss"));
      double[] alpha = doubles(expected.get("alpha"));
      for (int i = 0; i < 2; i++) {
        double floor = uniform(swapped.sinks().get(i).key());
        assertThat(swapped.sinks().get(i).timesUniform().value() * floor)
            .isCloseTo(alpha[i], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-gqa-rope3-fp16", "bloom"})
  void modelsWithoutATableOfPositionsSayWhichSchemeTheyHave(String name) {
    try (GoldenModel golden = GoldenModel.open(name)) {
      SinkInterventions result = interventions(subject(golden, name));
      assertThat(result.notApplicable().toString())
          .contains(name.equals("bloom") ? "ALiBi" : "rotary")
          .contains("the model has no tokenizer; name the token to put there with --filler ID");
      assertThat(result.outcomes().stream().map(Outcome::name)).noneMatch(n -> n.contains("swap"));
    }
  }

  private static SinkInterventions interventions(Subject subject) {
    return new SinkInterventionsAnalysis()
        .run(
            subject,
            new SinkInterventionsAnalysis.Parameters(
                0.3, LENGTH, 10, 1, SinkRateAnalysis.Tokens.NATURAL, List.of(4, 9), 3, null, 2, 0),
            Progress.silent());
  }

  private static double uniform(int key) {
    double sum = 0;
    for (int query = key; query < LENGTH; query++) {
      sum += 1.0 / (query + 1) / (LENGTH - key);
    }
    return sum;
  }

  /** Loss and mean α of key 0. */
  private static void equalRun(Outcome actual, JsonNode expected) {
    equal(actual.lossNats().value(), expected.get(0));
    assertThat(actual.sinks().getFirst().timesUniform().value() * uniform(0))
        .isCloseTo(expected.get(1).asDouble(), within(TOLERANCE));
  }

  @Test
  void aPassAtTheLongestLengthHoldsThePassOfEveryShorterOne() {
    try (GoldenModel golden = GoldenModel.open("mistral-window")) {
      Subject subject = subject(golden, "mistral-window");
      SinkProfile long24 = rate(subject, LENGTH, List.of(9, 16)).profiles().getFirst();
      for (int j = 0; j < 2; j++) {
        SinkRate alone = rate(subject, long24.surface().lengths()[j], List.of());
        SinkProfile.Surface own = alone.profiles().getFirst().surface();
        int last = own.lengths().length - 1;
        for (int key = 0; key < 4; key++) {
          assertThat(long24.surface().rate()[key][j]).containsExactly(own.rate()[key][last]);
        }
      }
    }
  }

  private static SinkRate rate(Subject subject, int length, List<Integer> lengths) {
    return new SinkRateAnalysis()
        .run(
            subject,
            new SinkRateAnalysis.Parameters(
                0.3,
                length,
                10,
                1,
                SinkRateAnalysis.Tokens.NATURAL,
                4,
                List.of(0.05, 0.1, 0.2, 0.5),
                lengths,
                20,
                0),
            Progress.silent());
  }

  private static Subject subject(GoldenModel golden, String name) {
    TokenInput ids =
        TokenInput.readIds(Golden.folder(name).resolve("golden.safetensors") + ":input_ids");
    return new Subject(golden.model(), null, ids);
  }

  private static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(Path.of("golden", "sinks.json").toFile());
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static void equal(Contrast actual, JsonNode expected) {
    equal(actual.sink().mean(), expected.get(0));
    equal(actual.others().mean(), expected.get(1));
  }

  private static void equal(double actual, JsonNode expected) {
    assertThat(actual).isCloseTo(expected.asDouble(), within(TOLERANCE));
  }
}
