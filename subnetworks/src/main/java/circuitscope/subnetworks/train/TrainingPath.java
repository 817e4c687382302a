package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The runs of a training, λ after λ for each seed, in one folder. */
final class TrainingPath {
  private final Path folder;
  private final Model model;
  private final TrainAnalysis.Parameters parameters;
  private final List<TrainingRun> runs;

  private TrainingPath(
      Path folder, Model model, TrainAnalysis.Parameters parameters, List<TrainingRun> runs) {
    this.folder = folder;
    this.model = model;
    this.parameters = parameters;
    this.runs = runs;
  }

  static TrainingPath of(
      Path folder,
      Subject subject,
      TrainAnalysis.Parameters parameters,
      Schedule schedule,
      TrainingSequences sequences,
      Target target) {
    Model model = subject.model();
    SortedMap<String, String> settings = new TreeMap<>(target.provenance());
    settings.put(MaskProvenance.METHOD, parameters.method().toString());
    settings.put(MaskProvenance.MODEL, model.identity().origin());
    settings.put(MaskProvenance.MODEL_DIGEST, model.identity().digest());
    settings.put(MaskProvenance.TOKENS_DIGEST, sequences.read().digest());
    settings.put(MaskProvenance.SCHEDULE, schedule.name());
    settings.put("max_steps", Integer.toString(schedule.maxSteps()));
    settings.put(MaskProvenance.LEARNING_RATE, Double.toString(schedule.learningRate()));
    settings.put(MaskProvenance.BETA_GROWTH, Double.toString(schedule.betaGrowth()));
    settings.put(MaskProvenance.BATCH, Integer.toString(schedule.batch()));
    settings.put(MaskProvenance.LENGTH, Integer.toString(schedule.length()));
    settings.put(MaskProvenance.GRANULARITY, lower(parameters.granularity()));
    settings.put(MaskProvenance.DTYPE, lower(model.precision()));
    if (parameters.warmStart() != null) {
      settings.put("warm_start", parameters.warmStart().toString());
    }
    List<TrainingRun> runs = new ArrayList<>();
    for (long seed : parameters.seed()) {
      String suffix = parameters.seed().size() == 1 ? "" : ".seed-" + seed;
      for (double lambda : parameters.lambda()) {
        String name = "lambda-" + LambdaName.of(lambda) + suffix;
        runs.add(new TrainingRun(folder, name, lambda, seed, settings));
      }
    }
    return new TrainingPath(folder, model, parameters, runs);
  }

  /**
   * Refuses a folder that holds something of these runs, unless they are to go on.
   *
   * @throws IllegalArgumentException with the remedy
   */
  void refuseToOverwrite() {
    if (!parameters.resume() && runs.stream().anyMatch(TrainingRun::begun)) {
      throw new IllegalArgumentException(
          "%s holds masks or an unfinished training already; add --resume to go on with it, or"
                  .formatted(folder)
              + " choose another --out");
    }
  }

  /** Trains what is not finished; a warm start begins from the mask before, of the same seed. */
  List<TrainResult.Trained> train(MaskTrainer trainer, Progress progress, double share)
      throws IOException {
    List<TrainResult.Trained> trained = new ArrayList<>();
    Mask before = null;
    long seed = 0;
    for (TrainingRun run : runs) {
      Progress step = progress.step("lambda " + LambdaName.of(run.lambda()), share / runs.size());
      Step done = one(run, trainer, run.seed() == seed ? before : null, step);
      trained.add(done.trained);
      before = done.mask;
      seed = run.seed();
    }
    return trained;
  }

  private record Step(TrainResult.Trained trained, Mask mask) {}

  private Step one(TrainingRun run, MaskTrainer trainer, @Nullable Mask before, Progress progress)
      throws IOException {
    double slope = Double.isInfinite(run.lambda()) ? 0 : trainer.sparsitySlope(run.lambda());
    double epsilon = trainer.schedule().epsilon();
    Mask finished = run.finished();
    if (finished == null && Double.isInfinite(run.lambda())) {
      finished = run.untrained(model);
    }
    if (finished != null) {
      return new Step(TrainResult.Trained.earlier(run, finished, slope, epsilon), finished);
    }
    Duration saveEvery = Duration.ofMillis((long) (parameters.saveEvery() * 1000));
    Double m0 = parameters.warmStart();
    TrainingRun.Warm warm = before == null || m0 == null ? null : new TrainingRun.Warm(before, m0);
    TrainingRun.Done done =
        run.train(trainer, model, warm, parameters.attempts(), saveEvery, progress);
    return new Step(TrainResult.Trained.of(run, done, slope, epsilon), done.mask());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
