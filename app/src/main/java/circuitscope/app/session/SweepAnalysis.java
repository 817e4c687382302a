package circuitscope.app.session;

import circuitscope.heads.sweep.CheckpointMeasurement;
import circuitscope.heads.sweep.CheckpointScores;
import circuitscope.heads.sweep.SweepProtocol;
import circuitscope.heads.sweep.SweepResult;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When heads, in-context learning and sinks appear in training.
 *
 * <p>Measures every checkpoint of a training on the same tokens: induction score,
 * in-context-learning score, losses, sink rate, and the principal components of per-token losses
 * (Olsson et al. 2022). The model that it is asked about, the last checkpoint say, lends its
 * tokenizer and says which architecture, device and number format are expected. What was measured
 * is kept beside the result, so that a sweep that was stopped goes on where it was.
 */
public final class SweepAnalysis implements Analysis<SweepAnalysis.Parameters, SweepResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Folder of checkpoints named after their steps, or such checkpoints")
          List<Path> checkpoints,
      @Param(help = "Tokens a window of the text", byDefault = "512", min = 3, unit = "tokens")
          int length,
      @Param(help = "Windows of the text at most", byDefault = "256", min = 2, unit = "windows")
          int windows,
      @Param(
              help = "Earlier token of the in-context-learning score, from 0",
              byDefault = "50",
              min = 1)
          int early,
      @Param(help = "Later token of it, from 0", byDefault = "500", min = 2) int late,
      @Param(
              help = "Tokens on either side in the windowed variant of that score",
              byDefault = "10",
              min = 1,
              unit = "tokens")
          int around,
      @Param(
              help = "Length of the block of random tokens that is given twice",
              byDefault = "50",
              min = 3,
              unit = "tokens")
          int period,
      @Param(help = "Rows of random tokens", byDefault = "32", min = 2, unit = "rows") int rows,
      @Param(help = "Threshold of a sink", byDefault = "0.3", min = 0, max = 1) double epsilon,
      @Param(help = "Tokens a sample of the sink rate", byDefault = "64", min = 2, unit = "tokens")
          int sinkLength,
      @Param(
              help = "Tokens of each window whose losses go into the principal components",
              byDefault = "1",
              min = 1,
              unit = "tokens")
          int tokensPerWindow,
      @Param(help = "Rows run at once", byDefault = "8", min = 1, unit = "rows") int batch,
      @Param(help = "Seed of random tokens, tokens picked and the bootstrap", byDefault = "0")
          long seed) {

    public Parameters {
      if (early - around < 1 || late + around >= length || early >= late) {
        throw new IllegalArgumentException(
            "the in-context-learning score compares tokens %d and %d, %d tokens around each, in windows of %d;"
                    .formatted(early, late, around, length)
                + " expected 1 <= early - around, early < late and late + around < length");
      }
      if (sinkLength > length) {
        throw new IllegalArgumentException(
            "sink-length: a sample of %d tokens in windows of %d".formatted(sinkLength, length));
      }
    }

    SweepProtocol protocol() {
      return new SweepProtocol(
          early, late, around, period, rows, epsilon, sinkLength, tokensPerWindow, batch, seed);
    }
  }

  /** A checkpoint's results, and what they depend on. */
  record Kept(String key, CheckpointScores scores, CheckpointScores.ByRow byRow) {}

  @Override
  public String id() {
    return "heads.sweep";
  }

  @Override
  public String title() {
    return "Sweep over training";
  }

  @Override
  public String description() {
    return "When induction, in-context learning and attention sinks appear in training: every"
        + " checkpoint of a folder on one axis (Olsson et al. 2022). --model names a"
        + " checkpoint with a tokenizer, the last one say.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --checkpoints steps --file book.txt --out sweep";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public SweepResult run(Subject subject, Parameters p, Progress progress) {
    try {
      List<TrainingCheckpoints.Step> steps = TrainingCheckpoints.find(p.checkpoints());
      for (TrainingCheckpoints.Step step : steps) {
        try (Checkpoint checkpoint = Checkpoint.open(step.folder())) {
          TrainingCheckpoints.check(checkpoint, subject);
        }
      }
      progress.step("reading text", 0.02);
      TextWindows text = TextWindows.read(subject, p.length(), p.windows());
      CheckpointMeasurement measurement = new CheckpointMeasurement(p.protocol(), text.rows());
      List<CheckpointScores> scores = new ArrayList<>();
      int reused = 0;
      for (TrainingCheckpoints.Step step : steps) {
        Progress share = progress.step(step.name(), 0.98 / steps.size());
        try (Checkpoint checkpoint = Checkpoint.open(step.folder())) {
          String key = key(checkpoint, subject, p, text);
          CheckpointScores kept = kept(subject.workspace(), step, key);
          reused += kept == null ? 0 : 1;
          if (kept == null) {
            kept = measure(step, checkpoint, subject, measurement, share);
            keep(subject.workspace(), new Kept(key, kept, kept.byRow()));
          }
          scores.add(kept);
        }
      }
      return SweepResult.of(scores, reused, p.protocol(), text.read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CheckpointScores measure(
      TrainingCheckpoints.Step step,
      Checkpoint checkpoint,
      Subject subject,
      CheckpointMeasurement measurement,
      Progress progress) {
    Model like = subject.model();
    try (Model model = Model.load(checkpoint, like.device(), like.precision(), LoadProgress.NONE)) {
      Subject opened = new Subject(model, subject.tokenizer(), null);
      return measurement.of(step.name(), step.step(), checkpoint.digest(), opened, progress);
    }
  }

  /** Everything that a checkpoint's results depend on. */
  private static String key(
      Checkpoint checkpoint, Subject subject, Parameters p, TextWindows text) {
    return "%s %s %s %s %s"
        .formatted(
            checkpoint.digest(),
            text.read().digest(),
            subject.model().device(),
            subject.model().precision(),
            p.protocol());
  }

  private static Path file(Path workspace, String name) {
    return workspace.resolve("checkpoints").resolve(name + ".json");
  }

  private static @Nullable CheckpointScores kept(
      @Nullable Path workspace, TrainingCheckpoints.Step step, String key) throws IOException {
    if (workspace == null || !Files.isRegularFile(file(workspace, step.name()))) {
      return null;
    }
    Kept kept = Json.read(Files.readString(file(workspace, step.name())), Kept.class);
    return kept.key().equals(key) ? kept.scores().with(kept.byRow()) : null;
  }

  private static void keep(@Nullable Path workspace, Kept kept) throws IOException {
    if (workspace == null) {
      return;
    }
    try (PendingOutput pending = PendingOutput.file(file(workspace, kept.scores().name()))) {
      Files.writeString(pending.path(), Json.pretty(kept) + "\n");
      pending.commit();
    }
  }
}
