package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.causal.AblatedRuns;
import circuitscope.heads.causal.AblationKind;
import circuitscope.heads.causal.Sample;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses without heads against transformers: {@code golden/head_ablation.py}. */
final class HeadAblationGoldenTest {
  /** FP32 here and FP64 there, as for the logits of these models; ablations move losses by 0.1. */
  private static final float TOLERANCE = 2e-5f;

  static Stream<Arguments> modelsAndKinds() {
    return Stream.of("gpt2", "llama-gqa-rope3-fp16", "gpt-neox")
        .flatMap(
            model -> Arrays.stream(AblationKind.values()).map(kind -> Arguments.of(model, kind)));
  }

  @ParameterizedTest
  @MethodSource("modelsAndKinds")
  void lossesWithoutHeadsAreTransformers(String name, AblationKind kind) throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Path.of("golden", "head-ablation.json").toFile()).get(name);
    Path folder = Path.of("golden", name);
    int[][] rows = TokenInput.readIds(folder.resolve("golden.safetensors") + ":input_ids").rows();
    Sample sample = new Sample(Sample.Source.TEXT, rows, new int[][] {rows[1], rows[0]});
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
        AblatedRuns runs = new AblatedRuns(model, 2, true);
        AblatedRuns rowByRow = new AblatedRuns(model, 1, true)) {
      assertClose(expected.get("untouched"), runs.losses(kind, List.of(), sample));
      assertThat(expected.get("cases")).hasSize(2);
      for (JsonNode one : expected.get("cases")) {
        List<HeadName> heads = new ArrayList<>();
        one.get("heads").forEach(head -> heads.add(HeadName.parse(head.asText())));
        assertClose(one.get(kind.word()), runs.losses(kind, heads, sample));
        assertClose(one.get(kind.word()), rowByRow.losses(kind, heads, sample));
      }
    }
  }

  private static void assertClose(JsonNode expected, float[][] actual) {
    assertThat(actual.length).isEqualTo(expected.size());
    for (int row = 0; row < actual.length; row++) {
      assertThat(actual[row].length).isEqualTo(expected.get(row).size());
      for (int i = 0; i < actual[row].length; i++) {
        assertThat(actual[row][i])
            .as("row %d, token %d", row, i + 1)
            .isCloseTo((float) expected.get(row).get(i).asDouble(), within(TOLERANCE));
      }
    }
  }
}
