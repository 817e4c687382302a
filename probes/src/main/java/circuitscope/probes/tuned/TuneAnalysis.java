package circuitscope.probes.tuned;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TrainingSequences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a tuned lens: for what enters each layer an affine map after which the model's own final
 * norm and unembedding, both frozen, give nearly its final distribution (Belrose et al. 2023, arXiv
 * 2303.08112).
 *
 * <p>The recipe is that of the paper's repository: SGD with Nesterov momentum 0.9 at a rate of 1 −
 * 0.9 that falls linearly to 0, weight decay 0.001, all gradients together clipped to a norm of 1,
 * 250 steps. Its steps are of 2^18 = 262,144 tokens; the default here is 2^14, which a CPU can
 * bear.
 */
public final class TuneAnalysis implements Analysis<TuneAnalysis.Parameters, TuneResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Optimiser steps", byDefault = "250", min = 1, unit = "steps") int steps,
      @Param(
              help = "Tokens an optimiser step, whole sequences (published: 262144)",
              byDefault = "16384",
              min = 2,
              unit = "tokens")
          int tokensPerStep,
      @Param(help = "Tokens a sequence", byDefault = "256", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "16", min = 1, unit = "sequences")
          int batch,
      @Param(help = "What the lens is to predict", byDefault = "kl") TuneRecipe.Objective objective,
      @Param(help = "Rule of the steps", byDefault = "sgd") TuneRecipe.Optimiser optimiser,
      @Param(
              help = "Factor of the published learning rate: 1 for SGD, 0.001 for Adam",
              byDefault = "1",
              min = 0)
          double rateScale,
      @Param(help = "Momentum of SGD, first beta of Adam", byDefault = "0.9", min = 0, max = 0.9999)
          double momentum,
      @Param(help = "Weight decay", byDefault = "0.001", min = 0) double weightDecay,
      @Param(
              help = "Largest norm of all gradients together, 0 for no limit",
              byDefault = "1",
              min = 0)
          double clip,
      @Param(help = "Train a shift a layer and no matrix", byDefault = "false") boolean biasOnly,
      @Param(help = "Seed of the order of sequences, and of intervals", byDefault = "42") long seed,
      @Param(
              help = "Read the losses off every so many steps",
              byDefault = "10",
              min = 1,
              unit = "steps")
          int measureEvery,
      @Param(help = "Time between two saved states", byDefault = "60", min = 0, unit = "seconds")
          double saveEvery,
      @Param(help = "Go on with what an earlier run left in --out", byDefault = "false")
          boolean resume,
      @Param(
              help = "Held-out text files, or FILE.safetensors:TENSOR of token ids, to judge it on",
              optional = true)
          List<String> validation,
      @Param(
              help = "Sequences of the held-out text that are used",
              byDefault = "128",
              min = 1,
              unit = "sequences")
          long validationSequences) {

    TuneRecipe recipe() {
      if (tokensPerStep < length) {
        throw new IllegalArgumentException(
            "--tokens-per-step %d is less than one sequence of --length %d"
                .formatted(tokensPerStep, length));
      }
      return new TuneRecipe(
          steps,
          tokensPerStep / length,
          length,
          objective,
          optimiser,
          rateScale,
          momentum,
          weightDecay,
          clip,
          biasOnly,
          seed);
    }
  }

  @Override
  public String id() {
    return "residual.tune";
  }

  @Override
  public String title() {
    return "Train a tuned lens";
  }

  @Override
  public String description() {
    return "Train a tuned lens (Belrose et al. 2023): DIR/tuned-lens.safetensors, bound to the"
        + " model's weights.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --validation held-out.txt --out lens";
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
  public TuneResult run(Subject subject, Parameters p, Progress progress) {
    try {
      return train(subject, p, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TuneResult train(Subject subject, Parameters p, Progress progress)
      throws IOException {
    TuneRecipe recipe = p.recipe();
    TuneRun run = TuneRun.in(subject.requireWorkspace(), subject.model(), recipe, p.resume());
    TrainingSequences sequences =
        TrainingSequences.read(
            subject, recipe.length(), recipe.sequences(), progress.step("reading text", 0.04));
    try (LensTrainer trainer = new LensTrainer(subject.model(), recipe, sequences, p.batch())) {
      TuneRun.Trained trained =
          run.train(trainer, sequences.read(), p, progress.step("training", 0.9));
      LensScores scores = heldOut(subject, p, trainer.lens(), progress.step("held-out text", 0.06));
      return new TuneResult(trained, recipe, trainer.memory().bytes(), scores, sequences.read());
    }
  }

  private static @Nullable LensScores heldOut(
      Subject subject, Parameters p, TunedLens lens, Progress progress) {
    if (p.validation().isEmpty()) {
      return null;
    }
    TokenInput text = TokenInput.named(p.validation());
    Subject held = new Subject(subject.model(), subject.tokenizer(), text);
    LensJudge judge =
        new LensJudge(
            subject.model(), Map.of(lens.biasOnly() ? "bias-only lens" : "tuned lens", lens));
    judge.read(held, p.length(), p.batch(), p.validationSequences(), progress);
    return LensScores.of(judge, p.seed());
  }
}
