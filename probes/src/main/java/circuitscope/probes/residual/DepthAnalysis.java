package circuitscope.probes.residual;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Trace;
import java.util.List;

/**
 * After how many layers each token's prediction is settled: the first state from which the logit
 * lens's most likely token equals the model's final one and stays so; 0 is the embedding.
 *
 * <p>A proposal of ours, near the exits of Schuster et al. 2022 ("Confident Adaptive Language
 * Modeling"), which decide without knowing the final answer; this depth knows it, and so bounds
 * what such an exit can save. The softer form asks that KL(final ‖ state) stays below τ.
 */
public final class DepthAnalysis implements Analysis<DepthAnalysis.Parameters, Depth> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a window", byDefault = "128", min = 3, unit = "tokens") int length,
      @Param(help = "Windows run at once", byDefault = "8", min = 1, unit = "windows") int batch,
      @Param(help = "Stop after so many windows", byDefault = "64", min = 2, unit = "windows")
          long maxWindows,
      @Param(
              help = "Settled, too, while KL to the end is below this",
              byDefault = "0.5",
              min = 0,
              unit = "nats")
          double tau,
      @Param(help = "Seed of bootstrap and permutations", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "residual.depth";
  }

  @Override
  public String title() {
    return "Early-exit depth";
  }

  @Override
  public String description() {
    return "After how many layers the logit lens says the model's final answer and keeps to it, by"
        + " token, surprisal and position, beside what the embedding alone and the text's most"
        + " frequent token get right.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --max-windows 64";
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
  public Depth run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    LensReader reader = new LensReader(model, 1, -1);
    DepthTokens tokens = new DepthTokens(model.spec().layers(), p.tau());
    List<Site> states = LensAnalysis.states(model.spec());
    Recorder recorder = Recorder.of(model.spec(), states);
    MemoryBudget budget =
        MemoryBudget.checked(
            "reading %d windows of %d tokens".formatted(p.batch(), p.length()),
            reader.bytes(p.batch(), p.length()),
            model,
            p.batch(),
            p.length());
    try (TokenRows rows = subject.rows(p.length(), p.maxWindows())) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> some = rows.next(p.batch());
          !some.isEmpty();
          some = rows.next(p.batch())) {
        TokenBatch batch = TokenBatch.of(some.stream().map(TokenWindow::ids).toList());
        try (Trace trace = recorder.record(model, batch)) {
          tokens.add(
              batch,
              reader.read(
                  states.stream().map(trace::get).toList(),
                  DepthTokens.following(batch),
                  Progress.silent()));
        }
        progress.advanceTo(rows.done());
      }
      if (tokens.windows() < 2) {
        throw new IllegalArgumentException(
            "%s: %d window of two tokens or more; intervals over windows need two, so give more"
                    .formatted(subject.requireInput().describe(), tokens.windows())
                + " text or lower --length");
      }
      return Depth.of(subject, tokens, p, budget, rows.read());
    }
  }
}
