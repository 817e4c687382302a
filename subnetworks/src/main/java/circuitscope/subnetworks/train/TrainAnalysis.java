package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds bigram subnetworks by mask training, one for each λ.
 *
 * <p>Chang and Bergen 2025 (continuous sparsification towards P(next | current token)): {@link
 * MaskTrainer} says how. A larger λ asks for a sparser subnetwork; with 0 about half of the weights
 * stay. What the masks are worth is judged by {@code subnetwork eval}, on text that was not trained
 * on.
 */
public final class TrainAnalysis implements Analysis<TrainAnalysis.Parameters, TrainResult> {

  /** What the subnetwork is to predict. */
  public enum Aim {
    /** The bigram distribution of a counted corpus. */
    BIGRAM,
    /** The full model's own prediction: optimal pruning, the control. */
    FULL_MODEL
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer", optional = true)
          @Nullable Path bigrams,
      @Param(
              help =
                  "Strength of the sparsity term, one mask each; Infinity and -Infinity give the"
                      + " empty and the full mask",
              byDefault = "10")
          List<Double> lambda,
      @Param(help = "What the subnetwork is to predict", byDefault = "bigram") Aim target,
      @Param(help = "Optimiser steps at most", byDefault = "15000", min = 1, unit = "steps")
          int maxSteps,
      @Param(help = "Constant learning rate of AdamW", byDefault = "5e-5", min = 0)
          double learningRate,
      @Param(
              help = "Factor of beta a step; without it such that beta ends at 1.001^15000",
              optional = true,
              min = 1)
          @Nullable Double betaGrowth,
      @Param(help = "Sequences an optimiser step", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Parts in which a batch is run, to need less memory", byDefault = "1", min = 1)
          int accumulate,
      @Param(help = "What one mask value stands for", byDefault = "weight") Granularity granularity,
      @Param(
              help = "Begin each mask but the first from the one before, at plus or minus this m",
              optional = true,
              min = 0)
          @Nullable Double warmStart,
      @Param(help = "Seeds of the order of sequences, one mask each", byDefault = "0")
          List<Long> seed,
      @Param(help = "Attempts at a run without loss spikes", byDefault = "3", min = 1) int attempts,
      @Param(
              help = "Time between two saved states of a run",
              byDefault = "60",
              min = 0,
              unit = "seconds")
          double saveEvery,
      @Param(help = "Go on with what an earlier run left in --out", byDefault = "false")
          boolean resume) {}

  @Override
  public String id() {
    return "subnetwork.train";
  }

  @Override
  public String title() {
    return "Train subnetworks";
  }

  @Override
  public String description() {
    return "Find the subnetwork that predicts the next token from the current one alone, by mask"
        + " training (Chang and Bergen 2025): DIR/lambda-L.safetensors for each lambda.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --bigrams book.counts --lambda 0,10,100 --out"
        + " masks";
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
  public TrainResult run(Subject subject, Parameters parameters, Progress progress) {
    try {
      return train(subject, parameters, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainResult train(Subject subject, Parameters parameters, Progress progress)
      throws IOException {
    Path folder = subject.requireWorkspace();
    Model model = subject.model();
    Schedule schedule = schedule(parameters);
    check(parameters, schedule, model);
    TrainingSequences sequences =
        TrainingSequences.read(
            subject, schedule.length(), schedule.batch(), progress.step("reading text", 0.05));
    try (Target target = target(model, parameters);
        MaskTrainer trainer =
            new MaskTrainer(model, schedule, parameters.granularity(), sequences, target)) {
      List<TrainingRun> runs = runs(folder, subject, parameters, schedule, sequences, target);
      refuseToOverwrite(folder, runs, parameters.resume());
      Files.createDirectories(folder);
      List<TrainResult.Trained> trained = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        TrainingRun run = runs.get(i);
        Progress step = progress.step("lambda " + LambdaName.of(run.lambda()), 0.95 / runs.size());
        trained.add(one(run, trainer, model, parameters, i > 0, step));
      }
      return new TrainResult(
          trained,
          schedule,
          MaskTrainer.memory(model, schedule, target).bytes(),
          sequences.read(),
          target.provenance(),
          trainer.total());
    }
  }

  private static TrainResult.Trained one(
      TrainingRun run,
      MaskTrainer trainer,
      Model model,
      Parameters parameters,
      boolean hasBefore,
      Progress progress)
      throws IOException {
    Mask finished = run.finished();
    if (finished != null) {
      return TrainResult.Trained.earlier(run, finished);
    }
    if (Double.isInfinite(run.lambda())) {
      return TrainResult.Trained.earlier(run, run.untrained(model));
    }
    Duration saveEvery = Duration.ofMillis((long) (parameters.saveEvery() * 1000));
    Double warm = hasBefore ? parameters.warmStart() : null;
    return TrainResult.Trained.of(
        run, run.train(trainer, model, warm, parameters.attempts(), saveEvery, progress));
  }

  private static Schedule schedule(Parameters p) {
    double growth = p.betaGrowth() == null ? Schedule.growthFor(p.maxSteps()) : p.betaGrowth();
    return Schedule.of(
        p.maxSteps(), p.learningRate(), growth, p.batch(), p.length(), p.accumulate());
  }

  private static void check(Parameters parameters, Schedule schedule, Model model) {
    for (double lambda : parameters.lambda()) {
      if (Double.isNaN(lambda) || (lambda < 0 && !Double.isInfinite(lambda))) {
        throw new IllegalArgumentException(
            "lambda %s: expected 0 or more, Infinity or -Infinity".formatted(lambda));
      }
    }
    if (parameters.target() == Aim.BIGRAM && parameters.bigrams() == null) {
      throw new IllegalArgumentException(
          "there are no bigram counts: give --bigrams FILE, made with 'circuitscope bigrams"
              + " count'");
    }
    if (model.spec().learnedPositions() && schedule.length() > model.spec().contextLength()) {
      throw new IllegalArgumentException(
          "sequences of %d tokens, where the model has %d positions; lower --length"
              .formatted(schedule.length(), model.spec().contextLength()));
    }
  }

  private static Target target(Model model, Parameters parameters) {
    Path bigrams = parameters.bigrams();
    if (parameters.target() == Aim.FULL_MODEL || bigrams == null) {
      return new FullModelTarget(model);
    }
    try (BigramTable table = BigramTable.open(bigrams)) {
      return new BigramTarget(table, model);
    }
  }

  private static List<TrainingRun> runs(
      Path folder,
      Subject subject,
      Parameters parameters,
      Schedule schedule,
      TrainingSequences sequences,
      Target target) {
    Model model = subject.model();
    SortedMap<String, String> settings = new TreeMap<>(target.provenance());
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
    return runs;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void refuseToOverwrite(Path folder, List<TrainingRun> runs, boolean resume) {
    if (!resume && runs.stream().anyMatch(TrainingRun::begun)) {
      throw new IllegalArgumentException(
          "%s holds masks or an unfinished training already; add --resume to go on with it, or"
                  .formatted(folder)
              + " choose another --out");
    }
  }
}
