package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.composition.CircuitAnalysis;
import circuitscope.heads.composition.CircuitResult;
import circuitscope.heads.composition.ComposeResult;
import circuitscope.heads.composition.CompositionAnalysis;
import circuitscope.heads.composition.CompositionEdge;
import circuitscope.heads.composition.CompositionMode;
import circuitscope.heads.composition.CopyingAnalysis;
import circuitscope.heads.composition.CopyingResult;
import circuitscope.heads.composition.TokenPair;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against NumPy ({@code golden/head_composition.py}), and against what hand-made weights say. */
final class CompositionTest {
  /** FP64 on both sides; the file has ten digits. Squared norms come from Gram matrices. */
  private static final double TOLERANCE = 1e-8;

  /** FP32 products of matrices with entries up to 640. */
  private static final double FP32 = 1e-5;

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"gpt2, no", "gpt2, yes", "llama-gqa-rope3-fp16, no", "llama-gqa-rope3-fp16, yes"})
  void compositionEqualsThatOfMatricesMultipliedOut(String name, String fold) throws IOException {
    JsonNode expected = golden(name, fold).get("composition");

    ComposeResult result = onGolden(name, subject -> compose(subject, fold.equals("yes")));

    assertThat(result.composition().modes()).hasSize(expected.size());
    for (CompositionMode mode : result.composition().modes()) {
      List<CompositionEdge> edges = result.composition().edges(mode);
      JsonNode scores = expected.get(mode.name().toLowerCase(Locale.ROOT));
      assertThat(edges).hasSize(scores.size());
      for (int i = 0; i < edges.size(); i++) {
        assertThat(edges.get(i).score())
            .as("%s", edges.get(i))
            .isCloseTo(scores.get(i).asDouble(), within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt2, no", "gpt2, yes", "llama-gqa-rope3-fp16, no", "llama-gqa-rope3-fp16, yes"})
  void copyingEqualsThatOfTheWholeMatrix(String name, String fold) throws IOException {
    JsonNode expected = golden(name, fold).get("copying");

    CopyingResult result = onGolden(name, subject -> copying(subject, fold.equals("yes")));

    assertThat(result.heads()).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(result.heads().get(i).copying().score())
          .isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt2, no", "gpt2, yes", "llama-gqa-rope3-fp16, no", "llama-gqa-rope3-fp16, yes"})
  void theLargestPairsAndSingularValuesAreThoseOfTheWholeMatrices(String name, String fold)
      throws IOException {
    JsonNode expected = golden(name, fold);

    CircuitResult result =
        onGolden(
            name,
            subject ->
                new CircuitAnalysis()
                    .run(
                        subject,
                        new CircuitAnalysis.Parameters("L2H1", 6, fold.equals("yes")),
                        Progress.silent()));

    assertPairs(result.ov(), expected.at("/ov/pairs"));
    assertPairs(result.qk(), expected.at("/qk/pairs"));
    assertThat(result.ownRaisedMost()).isEqualTo(expected.at("/ov/own_first").asDouble());
    assertThat(result.copying())
        .isCloseTo(expected.get("copying").get(2 * 4 + 1).asDouble(), within(TOLERANCE));
    for (int i = 0; i < result.ovSingular().length; i++) {
      assertThat(result.ovSingular()[i])
          .isCloseTo(expected.get("ov_singular").get(i).asDouble(), within(TOLERANCE));
    }
  }

  private static void assertPairs(List<TokenPair> actual, JsonNode expected) {
    assertThat(actual).hasSize(expected.size());
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).fromId()).isEqualTo(expected.get(i).get(0).asInt());
      assertThat(actual.get(i).toId()).isEqualTo(expected.get(i).get(1).asInt());
      assertThat(actual.get(i).value())
          .isCloseTo(expected.get(i).get(2).asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void onlyTheKeysOfTheHandMadeInductionHeadReadThePreviousTokenHead() {
    HandMade made = HandMadeModels.induction(temporary);

    ComposeResult result = onHandMade(made, subject -> compose(subject, false));

    assertThat(result.previous()).containsExactly(made.previousTokenHead());
    assertThat(result.induction()).containsExactly(made.matchingHead());
    // L moves 59 tokens to codes of length √2 (code and balance), R reads the codes of 60 alike:
    // ‖LR‖² / (‖L‖²‖R‖²) = 59 / (59·2 · 60).
    ComposeResult.Ranked circuit = result.previousToInduction().getFirst();
    assertThat(circuit.edge().score()).isCloseTo(1 / Math.sqrt(120), within(FP32));
    assertThat(circuit.rank()).isEqualTo(1);
    assertThat(circuit.edge().score()).isGreaterThan(circuit.edge().chanceHigh());
    for (CompositionMode mode : List.of(CompositionMode.Q, CompositionMode.V)) {
      CompositionEdge edge =
          result.composition().edge(mode, made.previousTokenHead(), made.matchingHead());
      assertThat(edge.score()).as("%s", mode).isLessThan(FP32);
    }
    // Idle heads write nothing and L0H0 writes a mark: nothing of theirs is read to speak of.
    for (CompositionMode mode : result.composition().modes()) {
      for (CompositionEdge edge : result.composition().edges(mode)) {
        if (!edge.earlier().equals(made.previousTokenHead())) {
          assertThat(edge.score()).as("%s", edge).isLessThan(1e-3);
        }
      }
    }
  }

  @Test
  void theHandMadeInductionHeadCopiesAndMatchesAndNoOtherDoes() {
    HandMade made = HandMadeModels.induction(temporary);

    CopyingResult result = onHandMade(made, subject -> copying(subject, false));

    for (CopyingResult.Head head : result.heads()) {
      boolean is = head.head().equals(made.matchingHead());
      assertThat(head.copying().score())
          .as("copying, %s", head.head())
          .isCloseTo(is ? 1 : 0, within(FP32));
      if (head.matching() != null) {
        assertThat(head.matching().score())
            .as("matching, %s", head.head())
            .isCloseTo(is ? 1 : 0, within(FP32));
      }
    }
    CopyingResult.Head induction = result.heads().get(4 + made.matchingHead().head());
    assertThat(induction.head()).isEqualTo(made.matchingHead());
    assertThat(induction.copying().chanceHigh()).isLessThan(0.3);
    assertThat(induction.matchingTrace()).isPositive();
  }

  @Test
  void headsThatAreNotThereAreRefused() {
    assertThatThrownBy(
            () ->
                onGolden(
                    "gpt2",
                    subject ->
                        new CompositionAnalysis()
                            .run(
                                subject,
                                new CompositionAnalysis.Parameters(
                                    false, List.of("L7H0"), List.of(), 5, 0),
                                Progress.silent())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no head L7H0");
    assertThatThrownBy(() -> new CircuitAnalysis.Parameters("7.0", 5, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L3H5");
  }

  private static ComposeResult compose(Subject subject, boolean fold) {
    return new CompositionAnalysis()
        .run(
            subject,
            new CompositionAnalysis.Parameters(fold, List.of(), List.of(), 5, 0),
            Progress.silent());
  }

  private static CopyingResult copying(Subject subject, boolean fold) {
    return new CopyingAnalysis()
        .run(subject, new CopyingAnalysis.Parameters(fold, 8, 0), Progress.silent());
  }

  private static <T> T onGolden(String name, Function<Subject, T> use) {
    return on(Path.of("golden", name), Precision.FP64, use);
  }

  private static <T> T onHandMade(HandMade made, Function<Subject, T> use) {
    return on(made.folder(), Precision.FP32, use);
  }

  private static <T> T on(Path folder, Precision precision, Function<Subject, T> use) {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model = Model.load(checkpoint, ComputeDevice.CPU, precision, LoadProgress.NONE)) {
      return use.apply(new Subject(model, null, null));
    }
  }

  private static JsonNode golden(String name, String fold) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of("golden", "head-composition.json").toFile())
        .get(name)
        .get(fold.equals("yes") ? "folded" : "raw");
  }
}
