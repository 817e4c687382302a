package circuitscope.tests.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.geometry.Similarities;
import circuitscope.probes.geometry.SimilarityAnalysis;
import circuitscope.probes.geometry.SimilarityResult;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.statistics.Estimate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The similarities of states against NumPy ({@code golden/similarity.py}). */
final class SimilarityTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");

  /**
   * FP64 on both sides, sums of 128 tokens; angles in degrees of an arc cosine lose a few digits.
   */
  private static final double TOLERANCE = 1e-8;

  @Test
  void allThreeViewsEqualNumPysWhateverTheBatch() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(Path.of("golden", "similarity.json").toFile());
    for (int batch : new int[] {1, 3, 8}) {
      SimilarityResult result = similarity(batch);

      assertThat(result.massive())
          .hasToString(expected.get("massive").toString().replace(",", ", "));
      assertThat(result.tokens()).isEqualTo(128);
      assertThat(result.debiasedShown()).isTrue();
      for (Similarities view : result.views()) {
        equal(view, expected.get("views").get(view.view().words()));
      }
    }
  }

  private static void equal(Similarities view, JsonNode expected) {
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        equal(view.cosine()[i][j], expected.get("cosine").get(i).get(j));
        equal(view.chance()[i][j], expected.get("chance").get(i).get(j));
        equal(view.cka()[i][j], expected.get("cka").get(i).get(j));
        equal(view.debiased()[i][j], expected.get("debiased").get(i).get(j));
      }
      equal(view.effectiveRank()[i], expected.get("effective_rank").get(i));
    }
    for (int i = 0; i < 2; i++) {
      Similarities.Step step = view.steps().get(i);
      JsonNode one = expected.get("steps").get(i);
      assertThat(step.procrustes()).isCloseTo(one.get(0).asDouble(), within(TOLERANCE));
      assertThat(step.meanAngleDegrees()).isCloseTo(one.get(1).asDouble(), within(TOLERANCE));
      assertThat(step.largestAngleDegrees()).isCloseTo(one.get(2).asDouble(), within(TOLERANCE));
    }
  }

  private static void equal(Estimate actual, JsonNode expected) {
    assertThat(actual.value()).isCloseTo(expected.asDouble(), within(TOLERANCE));
  }

  @Test
  void intervalsHoldTheirNumbersAndAGroupAloneHasNone() {
    Estimate several = similarity(1).views().getFirst().cosine()[0][1];
    assertThat(several.value()).isStrictlyBetween(several.low(), several.high());

    assertThat(similarity(8).views().getFirst().cosine()[0][1].low()).isNaN();
  }

  private static SimilarityResult similarity(int batch) {
    TokenInput tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE)) {
      return new SimilarityAnalysis()
          .run(
              new Subject(model, null, tokens),
              new SimilarityAnalysis.Parameters(16, batch, 100, false, 1.5, 4),
              Progress.silent());
    }
  }
}
