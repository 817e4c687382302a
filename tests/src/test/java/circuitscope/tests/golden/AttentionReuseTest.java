package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.attention.AttentionReader;
import circuitscope.probes.seed.recycling.Recovery;
import circuitscope.probes.seed.recycling.RecyclingAnalysis;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.seed.retrieval.BlockRecall;
import circuitscope.probes.seed.rope.RopeAnalysis;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recycled keys and fetched blocks against NumPy ({@code golden/attention_reuse.py}). */
final class AttentionReuseTest {
  private static final String MODEL = "llama-gqa-rope3-fp16";
  private static final int ROW = 1;
  private static final Recovery.Plan SETS =
      new Recovery.Plan(List.of(1, 2, 4), List.of(3), 1, 3 + 4);
  private static final BlockRecall.Plan BLOCKS = new BlockRecall.Plan(3, 2, 1, 6, 4, List.of(1, 2));

  /** Patterns of FP32 here and of transformers in FP32 there, and seven digits in the file. */
  private static final double TOLERANCE = 2e-6;

  @Test
  void everyHeadRecoversAndRecallsWhatNumPySays() throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Path.of("golden/attention-reuse.json").toFile());
    List<AttentionReader.Layer> layers = new ArrayList<>();
    try (GoldenModel golden = GoldenModel.open(MODEL)) {
      int[] ids = Golden.of(Golden.folder(MODEL)).tokens().ids()[ROW];
      golden
          .model()
          .run(TokenBatch.of(ids), new AttentionReader(golden.model().spec(), false, layers::add));
    }
    for (JsonNode head : expected.get("recovery")) {
      checkHead(layers.get(head.get("layer").asInt()), head);
    }
    for (JsonNode group : expected.get("recall")) {
      BlockRecall recall =
          BlockRecall.of(
              layers.get(group.get("layer").asInt()), 0, group.get("group").asInt(), BLOCKS);
      for (BlockRecall.Choice choice : BlockRecall.Choice.values()) {
        for (int n = 0; n < 2; n++) {
          assertThat(recall.mass(choice, n) / recall.far())
              .as("%s of %s", choice, group)
              .isCloseTo(
                  group.get(choice.name().toLowerCase(Locale.ROOT)).get(n).asDouble(),
                  within(TOLERANCE));
        }
      }
    }
  }

  private static void checkHead(AttentionReader.Layer layer, JsonNode head) {
    Recovery recovery = Recovery.of(layer, 0, head.get("head").asInt(), SETS);
    boolean without = head.get("first").asInt() == 1;
    for (Recovery.Choice choice : Recovery.Choice.values()) {
      JsonNode values = head.get(choice.name().toLowerCase(Locale.ROOT));
      for (int distance = 0; distance < (values.isArray() ? 3 : 1); distance++) {
        double value = values.isArray() ? values.get(distance).asDouble() : values.asDouble();
        assertThat(recovery.mass(choice, distance, 0, without) / recovery.total(without))
            .as("%s of %s", choice, head)
            .isCloseTo(value, within(TOLERANCE));
      }
    }
  }

  /** Learned positions, a window, ALiBi, soft caps, parallel branches, grouped heads. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "mistral-window", "bloom", "gemma2-hub", "gpt-neox", MODEL})
  void nothingRecoversMoreThanTheOracleInAnyFamily(String name) {
    try (GoldenModel golden = GoldenModel.open(name)) {
      Subject subject = subject(golden.model(), name);
      ProbeResult result =
          run(
              new RecyclingAnalysis(),
              subject,
              Map.of("keys", 4, "distances", "1,4", "length", 14, "sinks", 1));

      double oracle = result.series("oracle K=4").getFirst().value();
      for (Point point : result.points()) {
        if (point.series().endsWith(" K=4") && !point.series().startsWith("rho")) {
          // Grouped heads share a set that is not each head's best.
          boolean own = golden.model().spec().attention().headsPerGroup() == 1;
          assertThat(point.value()).as(point.series()).isBetween(0.0, own ? oracle + 1e-9 : 1.0);
        }
      }
    }
  }

  @Test
  void aModelWithoutRotaryIsRefusedByNameWithAReason() {
    try (GoldenModel golden = GoldenModel.open("bloom")) {
      Subject subject = new Subject(golden.model(), null, null);
      assertThatThrownBy(() -> run(new RopeAnalysis(), subject, Map.of()))
          .hasMessageContaining("has no rotary embedding (its positions are alibi)");
    }
  }

  private static Subject subject(Model model, String name) {
    Path file = Path.of("golden", name, "golden.safetensors");
    return new Subject(model, null, TokenInput.readIds(file + ":input_ids"));
  }

  private static <P extends Record> ProbeResult run(
      Analysis<P, ProbeResult> analysis, Subject subject, Map<String, ?> parameters) {
    return analysis.run(
        subject, ParameterSpec.of(analysis.parameters()).read(parameters), Progress.silent());
  }
}
