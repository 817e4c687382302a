package circuitscope.probes.patching;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.pairs.PairChoice;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTemplate;
import circuitscope.probes.pairs.PromptPairs;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Activation patching: a value of the clean run is put into the corrupted run (or the reverse), one
 * cell at a time, and the answer measured (Meng et al. 2022; Wang et al. 2023).
 *
 * <p>The effect is (m − m_corrupted) / (m_clean − m_corrupted), a ratio of means over pairs: 0 is
 * the corrupted run, 1 the clean one. Attribution patching estimates all cells at once from one
 * gradient (Nanda 2023); it errs where the metric is not linear in the cell, most in the early
 * stream. Neurons are too many to patch: the best by attribution are.
 */
public final class PatchAnalysis implements Analysis<PatchAnalysis.Parameters, PatchResult> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true) @Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "16", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "Seed of the pairs made here and of resampling", byDefault = "0") long seed,
      @Param(help = "What is measured", byDefault = "logit-difference") PairMetric metric,
      @Param(help = "Which run is patched into which", byDefault = "denoising") Direction direction,
      @Param(help = "What is patched", byDefault = "resid-pre,attn-out,mlp-out,z")
          List<PatchSite> sites,
      @Param(
              help = "Patch heads at each position, rather than at all of them together",
              byDefault = "false")
          boolean headsByPosition,
      @Param(help = "Neurons that are patched", byDefault = "20", min = 1, unit = "neurons")
          int neurons,
      @Param(
              help = "Take both ways, exact and attribution, and correlate their ranks",
              byDefault = "false")
          boolean compare,
      @Param(help = "Hold the scales of the norms still while differentiating", byDefault = "false")
          boolean holdNorms,
      @Param(
              help = "Patch from another pair's run as well: a null of the exact effects",
              byDefault = "false")
          boolean shuffled,
      @Param(help = "Rows run at once, at most", byDefault = "256", min = 1, unit = "rows")
          int rows) {
    public Parameters {
      sites = List.copyOf(sites);
    }
  }

  private final boolean attribution;

  private PatchAnalysis(boolean attribution) {
    this.attribution = attribution;
  }

  /** Exact patching, {@code patch.grid}. */
  public static PatchAnalysis exact() {
    return new PatchAnalysis(false);
  }

  /** Attribution patching, {@code patch.attribution}. */
  public static PatchAnalysis attribution() {
    return new PatchAnalysis(true);
  }

  @Override
  public String id() {
    return attribution ? "patch.attribution" : "patch.grid";
  }

  @Override
  public String title() {
    return attribution ? "Attribution patching" : "Activation patching";
  }

  @Override
  public String description() {
    return attribution
        ? "Estimate what patching each place would do from two runs and one gradient (Nanda 2023),"
            + " over prompt pairs; --compare patches as well."
        : "Put values of the clean run into the corrupted one, by layer and position, head or"
            + " neuron, and see how much of the answer comes back (Wang et al. 2023).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --template induction --out patch";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public PatchResult run(Subject subject, Parameters parameters, Progress progress) {
    PromptPairs all =
        new PairChoice(
                parameters.template(),
                parameters.pairs(),
                parameters.bos(),
                parameters.count(),
                parameters.seed())
            .open(subject)
            .checked(parameters.metric());
    boolean byPosition =
        parameters.headsByPosition()
            || parameters.sites().stream().anyMatch(site -> !site.hasUnits());
    PromptPairs pairs = byPosition ? all.ofOneLength() : all;
    return new GridRun(subject, pairs, parameters, attribution).run(progress);
  }
}
