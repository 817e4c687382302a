package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How like bigrams a subnetwork predicts.
 *
 * <p>Pearson's r between the surprisals of the masked model and of the bigram table, token by token
 * on held-out text (Chang and Bergen 2025, section 3), in both of the variants that their code
 * computes, with bootstrap intervals over sequences; and the cross-entropy to the bigram
 * distribution. A high r says that the two agree on which tokens are surprising, not on how
 * surprising they are.
 */
public final class EvalAnalysis implements Analysis<EvalAnalysis.Parameters, EvalResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Subnetwork: FILE, FILE:complement or FILE:random@SEED; without one the full"
                      + " model is judged",
              optional = true)
          @Nullable String mask,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Stop after so many sequences",
              byDefault = "10000",
              min = 1,
              unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "subnetwork.eval";
  }

  @Override
  public String title() {
    return "Judge a subnetwork";
  }

  @Override
  public String description() {
    return "How like bigrams a subnetwork predicts: Pearson's r of surprisals in both published"
        + " variants, cross-entropy, loss.";
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
  public EvalResult run(Subject subject, Parameters p, Progress progress) {
    try {
      Mask mask =
          p.mask() == null
              ? Judge.whole(subject.model())
              : MaskReference.parse(p.mask()).read().named(p.mask());
      mask.checkFits(subject.model());
      Judge.Text text =
          new Judge.Text(p.bigrams(), p.length(), p.batch(), p.maxSequences(), p.seed());
      try (Judge judge = new Judge(subject, text, progress.step("reading text", 0.2))) {
        Judgement judgement = judge.judge(mask, progress.step("judging", 0.8));
        return EvalResult.of(judgement, judge, judge.firstLabels(subject));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
