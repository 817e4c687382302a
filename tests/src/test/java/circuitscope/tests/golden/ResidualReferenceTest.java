package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.residual.Lens;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.probes.residual.attribution.Attribution;
import circuitscope.probes.residual.attribution.AttributionAnalysis;
import circuitscope.probes.residual.attribution.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lens and attribution against TransformerLens: {@code golden/residual_tl.py}. */
final class ResidualReferenceTest {
  /** FP32 on both sides, folded weights there and plain ones here. */
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "gpt2-4l"})
  void lensAndAttributionAreTransformerLens(String name) throws IOException {
    JsonNode root = new ObjectMapper().readTree(Path.of("golden", "residual_tl.json").toFile());
    JsonNode expected = root.get(name);
    Path folder =
        name.equals("gpt2-4l")
            ? Path.of("..", "models-cache", "embedded", name)
            : Golden.folder(name);
    int[] ids = new ObjectMapper().treeToValue(expected.get("ids"), int[].class);
    String a = "#" + root.get("a").asInt();
    String b = "#" + root.get("b").asInt();
    try (GoldenModel opened = GoldenModel.open(folder)) {
      TokenInput input = new TokenInput.Ids(name, new int[][] {ids});
      Subject subject = new Subject(opened.model(), null, input);
      checkLens(expected, subject, ids.length, Integer.parseInt(a.substring(1)));
      Map<String, Double> shares = new HashMap<>();
      for (Level level : new Level[] {Level.BLOCK, Level.HEAD}) {
        Attribution result =
            new AttributionAnalysis()
                .run(
                    subject,
                    new AttributionAnalysis.Parameters(level, a, b, -1, false, 1, 64),
                    Progress.silent());
        result.rows().forEach(row -> shares.put(theirName(row), row.share()));
        assertThat(result.sumCheck().observed())
            .isCloseTo(expected.get("logit_difference").asDouble(), within(TOLERANCE));
      }
      expected
          .get("attribution")
          .properties()
          .forEach(
              entry ->
                  assertThat(shares.get(entry.getKey()))
                      .as(entry.getKey())
                      .isCloseTo(entry.getValue().asDouble(), within(TOLERANCE)));
    }
  }

  private static void checkLens(JsonNode expected, Subject subject, int tokens, int watched) {
    int vocab = subject.model().spec().vocab();
    Lens lens =
        new LensAnalysis()
            .run(subject, new LensAnalysis.Parameters(64, vocab, null), Progress.silent());
    assertThat(lens.layers()).hasSize(expected.get("top").size());
    for (int state = 0; state < lens.layers().size(); state++) {
      Lens.Layer layer = lens.layers().get(state);
      for (int i = 0; i < tokens; i++) {
        String at = "state %d, token %d".formatted(state, i);
        assertThat(layer.top().get(i))
            .as(at)
            .isEqualTo("#" + expected.get("top").get(state).get(i).asInt());
        assertThat(layer.entropyNats()[i])
            .as(at)
            .isCloseTo(expected.get("entropy").get(state).get(i).asDouble(), within(TOLERANCE));
        int place = i * vocab;
        while (layer.reading().topIds()[place] != watched) {
          place++;
        }
        assertThat((double) layer.reading().topLogProbs()[place])
            .as(at)
            .isCloseTo(expected.get("log_prob").get(state).get(i).asDouble(), within(TOLERANCE));
      }
    }
  }

  private static String theirName(Attribution.Row row) {
    return switch (row.kind()) {
      case EMBEDDING -> "embed";
      case POSITIONS -> "pos_embed";
      case ATTENTION -> row.layer() + "_attn_out";
      case MLP -> row.layer() + "_mlp_out";
      default -> row.part();
    };
  }
}
