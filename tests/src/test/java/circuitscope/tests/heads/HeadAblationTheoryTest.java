package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
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
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ablations must do without any reference, on every family and on models made by hand. */
final class HeadAblationTheoryTest {
  /** The same arithmetic in another batch shape or through the fused layers, FP32. */
  private static final float REORDERED = 1e-4f;

  @TempDir Path temporary;

  static List<Path> checkpoints() {
    try (Stream<Path> folders = Files.list(Path.of("golden"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("golden.safetensors")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void withoutAHeadOfTheLastLayerPatternsMakeNoDifference(Path folder) {
    try (Opened opened = Opened.of(folder, Taps.NONE)) {
      HeadName head = new HeadName(opened.model.spec().layers() - 1, 1);

      float[][] full = opened.losses(AblationKind.ZERO, head);
      float[][] preserving = opened.losses(AblationKind.PATTERN_PRESERVING, head);

      assertClose(full, preserving);
      assertThat(largestDifference(full, opened.losses(AblationKind.ZERO)))
          .isGreaterThan(10 * REORDERED);
    }
  }

  @ParameterizedTest
  @EnumSource(AblationKind.class)
  void takingNothingAwayChangesNothing(AblationKind kind) {
    try (Opened opened = Opened.of(Path.of("golden", "gpt2"), Taps.NONE)) {
      assertThat(opened.losses(kind)).isEqualTo(opened.losses(AblationKind.ZERO));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN", "RESAMPLE"})
  void aRowInItsOwnPlaceChangesNothing(AblationKind kind) {
    try (Opened opened = Opened.of(Path.of("golden", "llama-gqa-rope3-fp16"), Taps.NONE)) {
      int[][] row = {opened.sample.rows()[0]};
      Sample itself = new Sample(Sample.Source.TEXT, row, row);
      List<HeadName> all = HeadName.all(opened.model.spec());

      assertClose(
          opened.runs.losses(kind, all, itself), opened.runs.losses(kind, List.of(), itself));
    }
  }

  /**
   * Where nothing but attention writes and norms divide by a constant, the logits are linear in
   * what one layer's heads write as long as patterns stay, so that effects of its heads add up; as
   * soon as later heads attend anew, they do not.
   */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "llama-gqa-rope3-fp16"})
  void patternPreservingIsLinearInTheHeadsWhenNothingElseWrites(String name) {
    HeadName a = new HeadName(0, 1);
    HeadName b = new HeadName(0, 2);
    LogitReader reader = new LogitReader();
    try (Opened opened = Opened.of(Path.of("golden", name), reader)) {
      Taps frozen = frozen(opened.model);
      try (AblatedRuns runs =
          new AblatedRuns(opened.model, 2, true, Taps.all(List.of(frozen, reader)))) {
        for (AblationKind kind : List.of(AblationKind.PATTERN_PRESERVING, AblationKind.ZERO)) {
          float[] none = reader.read(runs, kind, List.of(), opened.sample);
          float[] withoutA = reader.read(runs, kind, List.of(a), opened.sample);
          float[] withoutB = reader.read(runs, kind, List.of(b), opened.sample);
          float[] withoutBoth = reader.read(runs, kind, List.of(a, b), opened.sample);
          double worst = 0;
          double moved = 0;
          for (int i = 0; i < none.length; i++) {
            double sum = withoutA[i] - none[i] + withoutB[i] - none[i];
            worst = Math.max(worst, Math.abs(withoutBoth[i] - none[i] - sum));
            moved = Math.max(moved, Math.abs(sum));
          }
          if (kind == AblationKind.PATTERN_PRESERVING) {
            assertThat(worst).isLessThan(1e-5 * moved);
          } else {
            assertThat(worst).isGreaterThan(1e-3 * moved);
          }
        }
      }
    }
  }

  /** Scales of norms held at a number, and MLPs that write nothing. */
  private static Taps frozen(Model model) {
    List<Interventions.Edit> edits = new ArrayList<>();
    Intervention constant = new Intervention.Custom(scale -> scale.zerosLike().add(0.1));
    for (int layer = 0; layer < model.spec().layers(); layer++) {
      edits.add(new Interventions.Edit(Site.of(SiteKind.LN1_SCALE, layer), constant));
      edits.add(new Interventions.Edit(Site.of(SiteKind.MLP_OUT, layer), new Intervention.Zero()));
    }
    edits.add(new Interventions.Edit(Site.of(SiteKind.LN_FINAL_SCALE), constant));
    return new Interventions(model.spec(), edits);
  }

  @Test
  void anInductionHeadNeedsThePreviousTokenHeadForWhereItLooksAndNotForWhatItSays() {
    HandMade made = HandMadeModels.induction(temporary);
    int block = 25;
    int[][] rows = {
      HandMadeModels.repeatedBlock(made, block, 2, 3),
      HandMadeModels.repeatedBlock(made, block, 2, 4)
    };
    Sample sample = new Sample(Sample.Source.REPEATED, rows);
    float nothingSaid = (float) Math.log(made.vocab());
    try (Checkpoint checkpoint = Checkpoint.open(made.folder());
        Model model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
        AblatedRuns runs = new AblatedRuns(model, 2, true)) {
      float[][] full = runs.losses(AblationKind.ZERO, List.of(made.previousTokenHead()), sample);
      float[][] preserving =
          runs.losses(AblationKind.PATTERN_PRESERVING, List.of(made.previousTokenHead()), sample);
      float[][] saying =
          runs.losses(AblationKind.PATTERN_PRESERVING, List.of(made.matchingHead()), sample);
      for (int row = 0; row < rows.length; row++) {
        // Entry i is the loss of token i+1; token block+1 is the first that was seen before.
        for (int i = block + 1; i < 2 * block; i++) {
          assertThat(full[row][i]).isCloseTo(nothingSaid, within(1e-3f));
          assertThat(preserving[row][i]).isLessThan(1e-4f);
          assertThat(saying[row][i]).isCloseTo(nothingSaid, within(1e-3f));
        }
      }
    }
  }

  @Test
  void aHeadThatTheModelDoesNotHaveIsRefused() {
    try (Opened opened = Opened.of(Path.of("golden", "gpt2"), Taps.NONE)) {
      for (AblationKind kind : AblationKind.values()) {
        assertThatThrownBy(() -> opened.losses(kind, new HeadName(0, 99)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("there is no head L0H99");
      }
    }
  }

  @Test
  void meanAndResampleAblationNeedReferenceRows() {
    try (Opened opened = Opened.of(Path.of("golden", "gpt2"), Taps.NONE)) {
      Sample without = new Sample(Sample.Source.TEXT, opened.sample.rows());
      List<HeadName> head = List.of(new HeadName(0, 0));
      for (AblationKind kind : List.of(AblationKind.MEAN, AblationKind.RESAMPLE)) {
        assertThatThrownBy(() -> opened.runs.losses(kind, head, without))
            .hasMessageContaining("reference rows");
      }
    }
  }

  private static void assertClose(float[][] expected, float[][] actual) {
    assertThat(largestDifference(expected, actual)).isLessThan(REORDERED);
  }

  private static double largestDifference(float[][] some, float[][] others) {
    double largest = 0;
    for (int row = 0; row < some.length; row++) {
      for (int i = 0; i < some[row].length; i++) {
        largest = Math.max(largest, Math.abs(some[row][i] - others[row][i]));
      }
    }
    return largest;
  }

  /** A golden model with its tokens, each row the other's reference. */
  private record Opened(Checkpoint checkpoint, Model model, AblatedRuns runs, Sample sample)
      implements AutoCloseable {
    static Opened of(Path folder, Taps around) {
      int[][] rows = TokenInput.readIds(folder.resolve("golden.safetensors") + ":input_ids").rows();
      Checkpoint checkpoint = Checkpoint.open(folder);
      Model model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
      return new Opened(
          checkpoint,
          model,
          new AblatedRuns(model, 2, true, around),
          new Sample(Sample.Source.TEXT, rows, new int[][] {rows[1], rows[0]}));
    }

    float[][] losses(AblationKind kind, HeadName... heads) {
      return runs.losses(kind, List.of(heads), sample);
    }

    @Override
    public void close() {
      runs.close();
      model.close();
      checkpoint.close();
    }
  }

  /** Keeps the logits of a run. */
  private static final class LogitReader implements Taps {
    private final List<Float> met = new ArrayList<>();

    float[] read(AblatedRuns runs, AblationKind kind, List<HeadName> heads, Sample sample) {
      met.clear();
      runs.losses(kind, heads, sample);
      float[] logits = new float[met.size()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = met.get(i);
      }
      return logits;
    }

    @Override
    public boolean wants(Site site) {
      return site.kind() == SiteKind.LOGITS;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      for (float logit : value.toFloatArray()) {
        met.add(logit);
      }
      return value;
    }
  }
}
