package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.geometry.StreamMap;
import circuitscope.probes.geometry.StreamTokens;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much of a bigram subnetwork is in the embeddings, and how much in the training of the weights
 * that it is made of.
 *
 * <p>The embedding controls of Chang and Bergen 2025 (table 2): r with bigrams of the full model,
 * the subnetwork, the embeddings with no layer's weights, the embeddings with the best linear map
 * from what enters the first layer to what leaves the last, fitted inside the subnetwork; and of
 * subnetworks found in the same architecture at random initialisation, and there with the trained
 * embeddings. Those are trained with λ = 0 here, or given as masks.
 */
public final class ControlsAnalysis
    implements Analysis<ControlsAnalysis.Parameters, ControlsResult> {
  /** Embeddings and unembeddings, with what belongs to them; the final norm is no embedding. */
  private static final Set<Slot> EMBEDDINGS =
      EnumSet.of(
          Slot.EMBED,
          Slot.EMBED_NORM_WEIGHT,
          Slot.EMBED_NORM_BIAS,
          Slot.EMBED_IN,
          Slot.POSITION_EMBED,
          Slot.EMBED_OUT,
          Slot.UNEMBED,
          Slot.UNEMBED_BIAS);

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Subnetwork: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(help = "Subnetwork found at random initialisation of --init-seed", optional = true)
          @Nullable String randomMask,
      @Param(
              help = "Subnetwork found at random initialisation with the trained embeddings",
              optional = true)
          @Nullable String patchedMask,
      @Param(
              help =
                  "Find the two that are not given, with lambda 0 in so many steps at most; without"
                      + " it they are left out",
              optional = true,
              min = 1,
              unit = "steps")
          @Nullable Integer maxSteps,
      @Param(help = "Learning rate of that training", byDefault = "5e-5", min = 0)
          double learningRate,
      @Param(
              help = "Sequences an optimiser step of that training",
              byDefault = "32",
              min = 1,
              unit = "sequences")
          int trainBatch,
      @Param(help = "Seed of the random initialisation", byDefault = "0") long initSeed,
      @Param(
              help = "Standard deviation of the random weights (initializer_range of a config)",
              byDefault = "0.02",
              min = 0)
          double deviation,
      @Param(
              help =
                  "The first sequences of the text: the map is fitted and masks are trained on"
                      + " them, and they are not judged by",
              byDefault = "1000",
              min = 1,
              unit = "sequences")
          int asideSequences,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Judge by so many sequences at most",
              byDefault = "10000",
              min = 1,
              unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the bootstrap and of the order of training", byDefault = "0")
          long seed) {}

  @Override
  public String id() {
    return "subnetwork.controls";
  }

  @Override
  public String title() {
    return "Embedding controls";
  }

  @Override
  public String description() {
    return "How like bigrams the embeddings alone are, with a linear map, and subnetworks found at"
        + " random initialisation, beside a subnetwork and the full model.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --mask masks/lambda-0.safetensors --bigrams book.counts"
        + " --file held-out.txt --max-steps 15000";
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
  public ControlsResult run(Subject subject, Parameters p, Progress progress) {
    try {
      Model model = subject.model();
      Mask mask = MaskReference.parse(p.mask()).read().fittedTo(model).named("subnetwork");
      Judge.Text text =
          new Judge.Text(p.bigrams(), p.length(), p.batch(), p.maxSequences(), p.seed());
      Progress reading = progress.step("reading text", 0.02);
      try (Judge judge = new Judge(subject, text, p.asideSequences(), reading)) {
        List<Judgement> controls = new ArrayList<>();
        Mask whole = Judge.whole(model);
        Mask nothing = MaskAlgebra.difference(mask, mask).named("embeddings only");
        controls.add(judge.judge(whole, progress.step("full model", 0.05)));
        controls.add(judge.judge(mask, progress.step("subnetwork", 0.05)));
        controls.add(judge.judge(nothing, progress.step("embeddings only", 0.05)));
        controls.add(mapped(model, mask, nothing, judge, p, progress.step("linear map", 0.1)));
        RandomControls random = new RandomControls(judge, p, subject.workspace());
        Progress part = progress.step("random initialisation", 0.36);
        random.add("random init", model, Set.of(), p.randomMask(), part, controls);
        part = progress.step("with trained embeddings", 0.37);
        random.add("random init + embeddings", model, EMBEDDINGS, p.patchedMask(), part, controls);
        return new ControlsResult(controls, random.trained(), p, judge.read());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Judgement mapped(
      Model model, Mask mask, Mask nothing, Judge judge, Parameters p, Progress progress) {
    StreamMap map;
    try (Model masked = model.masked(mask.weightMask())) {
      StreamTokens tokens = new StreamTokens(batches(judge.setAside(), p.batch()), judge.read());
      map = StreamMap.ofAllLayers(masked, tokens, progress.step("fitting", 0.5));
    }
    try (Model empty = model.masked(nothing.weightMask());
        LinearStream taps = new LinearStream(map, empty)) {
      Surprisals surprisals = judge.surprisals(empty, taps, progress.step("judging", 0.5));
      return judge.judged(nothing.named("embeddings + linear map"), surprisals);
    }
  }

  private static List<TokenBatch> batches(TrainingSequences text, int batch) {
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from < text.count(); from += batch) {
      batches.add(TokenBatch.of(text.rows(from, Math.min(text.count(), from + batch))));
    }
    return batches;
  }
}
