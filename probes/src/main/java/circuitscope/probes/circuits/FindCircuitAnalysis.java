package circuitscope.probes.circuits;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PairChoice;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTemplate;
import circuitscope.probes.pairs.PromptPairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the circuit of a task: scores all edges by attribution, keeps the best, prunes what hangs
 * loose and judges what is left on fresh pairs beside random edges.
 */
public final class FindCircuitAnalysis
    implements Analysis<FindCircuitAnalysis.Parameters, CircuitResult> {
  /** The circuit's file in the folder of the result. */
  public static final String FILE = "circuit.json";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true) @Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "32", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "What is measured at the answer", byDefault = "logit-difference")
          PairMetric metric,
      @Param(
              help = "Runs between corrupted and clean embeddings; 1 is plain edge attribution",
              byDefault = "5",
              min = 1,
              max = 1000,
              unit = "runs")
          int steps,
      @Param(help = "How edges are chosen by score", byDefault = "top-n") EdgeSearch search,
      @Param(help = "Edges of the circuit, before pruning", optional = true, min = 1)
          @Nullable Integer edges,
      @Param(help = "Instead: every edge of at least this |score|", optional = true, min = 0)
          @Nullable Double threshold,
      @Param(
              help = "Instead of both: the smallest circuit that is as faithful as this",
              byDefault = "0.8")
          double faithfulness,
      @Param(help = "Random sets of edges of each size", byDefault = "5", min = 0, max = 1000)
          int draws,
      @Param(help = "Edges knocked out one at a time, at most", byDefault = "20", min = 0)
          int knockouts,
      @Param(help = "Pairs at once; without it as many as fit", optional = true, min = 1)
          @Nullable Integer batch,
      @Param(help = "Seed of pairs, random edges and intervals", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "circuit.find";
  }

  @Override
  public String title() {
    return "Find a circuit";
  }

  @Override
  public String description() {
    return "Score every edge between writers and readers of the residual stream by attribution"
        + " (EAP-IG), prune to a circuit and judge it beside random edges; with --out also as"
        + " circuit.json for EAP-IG and MIB.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --template induction --out induction";
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
  public CircuitResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    EdgeAttribution attribution = new EdgeAttribution(model, p.metric(), p.steps());
    PairChoice choice = new PairChoice(p.template(), p.pairs(), p.bos(), p.count(), p.seed());
    PromptPairs pairs = choice.open(subject);
    int batch = PairsAtOnce.of(model, pairs, p.batch());
    double[] scores = attribution.scores(pairs, batch, progress.step("scoring edges", 0.2));
    PromptPairs judged = choice.fresh().open(subject);
    CircuitReport report =
        new CircuitReport(
            new CircuitRuns(model, judged, p.metric(), batch),
            judged,
            p.draws(),
            p.knockouts(),
            p.seed());
    CircuitReport.Size size =
        new CircuitReport.Size(p.search(), p.edges(), p.threshold(), p.faithfulness());
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("scores", "mean over pairs of (corrupted - clean) * gradient, k/m with k = 1..m");
    protocol.put("scored_on", pairs.source());
    protocol.put("judged_on", judged.source());
    CircuitResult result =
        report.of(attribution.graph(), scores, size, protocol, progress.step("judging", 1));
    save(subject, result.found());
    return result;
  }

  private static void save(Subject subject, Circuit circuit) {
    if (subject.workspace() == null) {
      return;
    }
    try {
      EapJson.write(subject.requireWorkspace().resolve(FILE), circuit, subject.model().spec());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
