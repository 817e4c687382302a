package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Budget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds bigram subnetworks by mask training, one for each λ.
 *
 * <p>Chang and Bergen 2025 (continuous sparsification towards P(next | current token)): {@link
 * MaskTrainer} says how. A larger λ asks for a sparser subnetwork; with 0 about half of the weights
 * stay. Other {@link Method}s and targets are what this one is compared with. What the masks are
 * worth is judged by {@code subnetwork eval}, on text that was not trained on.
 */
public final class TrainAnalysis implements Analysis<TrainAnalysis.Parameters, TrainResult> {

  /** What the subnetwork is to predict. */
  public enum Aim {
    /** The bigram distribution of a counted corpus. */
    BIGRAM,
    /** The full model's own prediction: optimal pruning, the control. */
    FULL_MODEL,
    /** The n-gram distribution of a counted corpus, for any order. */
    NGRAM,
    /** Distributions from a file. */
    DISTRIBUTION
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
      @Param(
              help = "Constant learning rate of AdamW; without it 5e-5, or 1e-2 for hard-concrete",
              optional = true,
              min = 0)
          @Nullable Double learningRate,
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
          boolean resume,
      @Param(help = "How the weights are chosen", byDefault = "sigmoid") Method method,
      @Param(
              help = "Share of the weights that magnitude and random keep, one mask each",
              optional = true,
              min = 0,
              max = 1)
          List<Double> keep,
      @Param(
              help = "Mask of which magnitude and random keep as many weights: FILE",
              optional = true)
          @Nullable String like,
      @Param(
              help = "What --keep and --like count: each matrix by itself, or the whole model",
              byDefault = "matrix")
          Budget.Scope per,
      @Param(
              help = "Counts file of 'bigrams count --order N', for the target ngram",
              optional = true)
          @Nullable Path ngrams,
      @Param(
              help = "Distributions in safetensors, for the target distribution; see the docs",
              optional = true)
          @Nullable Path distribution,
      @Param(
              help = "Judge the hard mask on held-out text every so many steps",
              optional = true,
              min = 1,
              unit = "steps")
          @Nullable Integer validateEvery,
      @Param(help = "Held-out text files, or FILE.safetensors:TENSOR of token ids", optional = true)
          List<String> validation,
      @Param(
              help = "Sequences of the held-out text that are used",
              byDefault = "256",
              min = 1,
              unit = "sequences")
          long validationSequences) {}

  private final Validation.Opener heldOut;

  /**
   * The analysis.
   *
   * @param heldOut reads the text on which masks are judged while they are trained
   */
  public TrainAnalysis(Validation.Opener heldOut) {
    this.heldOut = heldOut;
  }

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
    return Input.OPTIONAL; // magnitude and random read no text
  }

  @Override
  public TrainResult run(Subject subject, Parameters parameters, Progress progress) {
    try {
      return train(subject, parameters, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TrainResult train(Subject subject, Parameters parameters, Progress progress)
      throws IOException {
    TrainingChecks.check(parameters, subject.model());
    Path folder = subject.requireWorkspace();
    if (!parameters.method().trains()) {
      return UntrainedMasks.write(folder, subject.model(), parameters, progress);
    }
    Model model = subject.model();
    Schedule schedule = schedule(parameters);
    TrainingSequences sequences =
        TrainingSequences.read(
            subject, schedule.length(), schedule.batch(), progress.step("reading text", 0.05));
    Validation validation = validation(subject, parameters, progress);
    try (Target target = Targets.open(subject, parameters, sequences);
        MaskTrainer trainer =
            new MaskTrainer(model, schedule, parameters.granularity(), sequences, target)) {
      if (validation != null && parameters.validateEvery() != null) {
        trainer.validate(validation, parameters.validateEvery());
      }
      TrainingPath path = TrainingPath.of(folder, subject, parameters, schedule, sequences, target);
      path.refuseToOverwrite();
      Files.createDirectories(folder);
      List<TrainResult.Trained> trained = path.train(trainer, progress, 0.94);
      return new TrainResult(
          trained,
          schedule,
          MaskTrainer.memory(model, schedule, target).bytes(),
          sequences.read(),
          target.provenance(),
          target.backedOff(),
          trainer.total());
    }
  }

  private @Nullable Validation validation(
      Subject subject, Parameters parameters, Progress progress) {
    Path bigrams = parameters.bigrams();
    if (parameters.validateEvery() == null || bigrams == null) {
      return null;
    }
    Subject held =
        new Subject(
            subject.model(), subject.tokenizer(), TokenInput.named(parameters.validation()));
    int part = parameters.batch() / parameters.accumulate();
    return heldOut.open(
        held,
        bigrams,
        parameters.length(),
        part,
        parameters.validationSequences(),
        progress.step("reading held-out text", 0.01));
  }

  private static Schedule schedule(Parameters p) {
    Double rate = p.learningRate();
    if (p.method() == Method.HARD_CONCRETE) {
      return Schedule.gates(
          p.maxSteps(),
          rate == null ? Schedule.GATE_RATE : rate,
          p.batch(),
          p.length(),
          p.accumulate());
    }
    double growth = p.betaGrowth() == null ? Schedule.growthFor(p.maxSteps()) : p.betaGrowth();
    return Schedule.of(
        p.maxSteps(),
        rate == null ? Schedule.PUBLISHED_RATE : rate,
        growth,
        p.batch(),
        p.length(),
        p.accumulate());
  }
}
