package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.seed.memory.MemoryAnalysis;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.seed.rope.ContextAnalysis;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What far context is worth to a model that copies: all of ln V where the copy is, else nothing.
 */
final class FarContextTest {
  /** The hand-made heads leave 1e-3 of a nat. */
  private static final double TOLERANCE = 5e-3;

  @TempDir Path temporary;

  /** Four blocks of 8, 8 recent tokens, and a segment that repeats the third block from the end. */
  @Test
  void onlyTheBlockThatTheSegmentRepeatsIsWorthSomething() {
    HandMade made = HandMadeModels.induction(temporary);
    int[][] rows = new int[2][];
    for (int i = 0; i < 2; i++) {
      int[] ids = HandMadeModels.repeatedBlock(made, 48, 1, i);
      System.arraycopy(ids, 1 + 8, ids, 1 + 40, 8);
      rows[i] = ids;
    }
    ProbeResult result =
        run(
            made,
            rows,
            new MemoryAnalysis(),
            Map.of("segment", 8, "recent", 8, "block", 8, "length", 49));

    for (Point point : result.series("gain(d)")) {
      // The segment's first token follows a recent one, which nothing foresees.
      double expected = point.at() == 16 ? 7.0 / 8 * Math.log(made.vocab()) : 0;
      assertThat(point.value()).as("d = %s", point.at()).isCloseTo(expected, within(TOLERANCE));
    }
    double mass = 0;
    for (Point point : result.points()) {
      mass += point.series().startsWith("attention to") ? point.value() : 0;
    }
    assertThat(mass).isCloseTo(1, within(1e-5));
  }

  /** Tokens repeat after 20; the match needs the token, its follower, and so 21 of them. */
  @Test
  void theContextOfAnInductionHeadIsOnePeriodAndOneToken() {
    HandMade made = HandMadeModels.induction(temporary);
    int[][] rows = {
      HandMadeModels.repeatedBlock(made, 20, 3, 1), HandMadeModels.repeatedBlock(made, 20, 3, 2)
    };
    ProbeResult result =
        run(
            made,
            rows,
            new ContextAnalysis(),
            Map.of("last", "10,20,21,30", "targets", 4, "length", 61));

    for (Point point : result.series("first token, last n")) {
      double expected = point.at() < 21 ? Math.log(made.vocab()) : 0;
      assertThat(point.value()).as("n = %s", point.at()).isCloseTo(expected, within(TOLERANCE));
    }
    assertThat(result.series("effective context, first token, last n").getFirst().value())
        .isEqualTo(21);
  }

  private static <P extends Record> ProbeResult run(
      HandMade made, int[][] rows, Analysis<P, ProbeResult> analysis, Map<String, ?> parameters) {
    try (Checkpoint checkpoint = Checkpoint.open(made.folder());
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      Subject subject = new Subject(model, null, new TokenInput.Ids("repeats", rows));
      return analysis.run(
          subject, ParameterSpec.of(analysis.parameters()).read(parameters), Progress.silent());
    }
  }
}
