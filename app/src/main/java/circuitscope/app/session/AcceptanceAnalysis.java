package circuitscope.app.session;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.acceptance.AcceptanceProbe;
import circuitscope.probes.seed.report.ProbeResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Acceptance of drafts by the model: early exits, a bigram subnetwork, n-gram counts, another
 * checkpoint; see {@link AcceptanceProbe}. It lives here because masks and predictors are of two
 * rooms.
 */
public final class AcceptanceAnalysis
    implements Analysis<AcceptanceAnalysis.Parameters, ProbeResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Drafts: exits (the lens at every layer but the last), exit@LAYER, mask=FILE,"
                      + " counts=FILE, model=MODEL of the same vocabulary",
              byDefault = "exits")
          List<String> drafts,
      @Param(help = "Temperature of both, above 0", byDefault = "1", min = 0) double temperature,
      @Param(help = "Draft lengths, gamma", byDefault = "1,2,4,8", min = 1, unit = "tokens")
          List<Integer> gammas,
      @Param(help = "Time of a draft's step over the model's", byDefault = "0.1", min = 0)
          double costRatio,
      @Param(
              help = "Candidates a position, drawn without replacement",
              byDefault = "2,4",
              min = 1,
              max = 64)
          List<Integer> widths,
      @Param(help = "Tokens a window", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Windows at most", byDefault = "16", min = 2, unit = "windows") int windows,
      @Param(help = "Seed of candidates and the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      drafts = List.copyOf(drafts);
      if (!(temperature > 0)) {
        throw new IllegalArgumentException(
            "temperature: it must be above 0, got %s; 0.05 is all but greedy"
                .formatted(temperature));
      }
      for (int gamma : gammas) {
        if (gamma >= length) {
          throw new IllegalArgumentException(
              "gammas: %d tokens are as long as a window of %d; raise --length"
                  .formatted(gamma, length));
        }
      }
    }

    AcceptanceProbe.Settings settings() {
      return new AcceptanceProbe.Settings(
          temperature, gammas, costRatio, widths, length, windows, seed);
    }
  }

  @Override
  public String id() {
    return "probe.acceptance";
  }

  @Override
  public String title() {
    return "Acceptance of drafts";
  }

  @Override
  public String description() {
    return "How likely the model accepts what a cheap predictor drafts, as a map over the text, and"
        + " the speed-up that chains and trees of drafts would give (Chimera, RSD).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --drafts exits --out acceptance";
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
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    try (Drafts drafts = Drafts.open(p.drafts(), subject)) {
      return AcceptanceProbe.run(subject, drafts.predictors(), p.settings(), progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
