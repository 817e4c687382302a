package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskBlocks;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.mask.RandomMasks;
import circuitscope.subnetworks.mask.WeightValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model loses without a subnetwork, beside what it loses without as many other weights.
 *
 * <p>The loss of the next token in bits of the full model, of the subnetwork alone and of the model
 * without it, and the same for random masks that match it (Chang and Bergen 2025, section 4.3: one
 * random mask, matched per matrix; here many, and four ways to match).
 */
public final class AblateAnalysis implements Analysis<AblateAnalysis.Parameters, AblateResult> {

  /** What a random mask has in common with the subnetwork. */
  public enum Control {
    /** As many weights of each stored matrix: the published control. */
    MATRIX,
    /** As many of each of Q, K, V, O and the MLP's matrices. */
    BLOCK,
    /** As many of each row. */
    ROW,
    /** As many of each class of magnitude within a matrix. */
    MAGNITUDE
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Subnetwork: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(help = "What random masks have in common with the subnetwork", byDefault = "matrix")
          Control control,
      @Param(help = "Random masks", byDefault = "10", min = 1, max = 1000) int draws,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Stop after so many sequences",
              byDefault = "10000",
              min = 1,
              unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the random masks and the bootstrap", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "subnetwork.ablate";
  }

  @Override
  public String title() {
    return "Ablate a subnetwork";
  }

  @Override
  public String description() {
    return "What the model loses without a subnetwork, beside what it loses without as many weights"
        + " drawn at random.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --mask masks/lambda-10.safetensors --bigrams book.counts"
        + " --file held-out.txt";
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
  public AblateResult run(Subject subject, Parameters p, Progress progress) {
    try {
      Model model = subject.model();
      Mask mask = MaskReference.parse(p.mask()).read().named("subnetwork").fittedTo(model);
      Judge.Text text =
          new Judge.Text(p.bigrams(), p.length(), p.batch(), p.maxSequences(), p.seed());
      try (Judge judge = new Judge(subject, text, progress.step("reading text", 0.05))) {
        double share = 0.95 / (3 + 2 * p.draws());
        Surprisals full = judge.surprisals(Judge.whole(model), progress.step("full model", share));
        Surprisals alone = judge.surprisals(mask, progress.step("subnetwork", share));
        Surprisals without =
            judge.surprisals(MaskAlgebra.complement(mask), progress.step("without it", share));
        List<double[]> randomAlone = new ArrayList<>();
        List<double[]> withoutRandom = new ArrayList<>();
        for (int draw = 0; draw < p.draws(); draw++) {
          Mask random = random(mask, model, p.control(), p.seed() + draw);
          String name = "random %d of %d".formatted(draw + 1, p.draws());
          randomAlone.add(judge.surprisals(random, progress.step(name, share)).means());
          withoutRandom.add(
              judge
                  .surprisals(
                      MaskAlgebra.complement(random), progress.step("without " + name, share))
                  .means());
        }
        return AblateResult.of(
            p,
            mask,
            full,
            alone,
            without,
            randomAlone,
            withoutRandom,
            judge,
            judge.firstLabels(subject));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mask random(Mask mask, Model model, Control control, long seed) {
    return switch (control) {
      case MATRIX -> RandomMasks.perMatrix(mask, seed);
      case BLOCK -> RandomMasks.perBlock(mask, MaskBlocks.of(model), seed);
      case ROW -> RandomMasks.perRow(mask, MaskBlocks.of(model), seed);
      case MAGNITUDE -> RandomMasks.perMagnitude(mask, WeightValues.of(model), seed);
    };
  }
}
