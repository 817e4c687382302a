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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges a circuit that was found here or by EAP-IG: {@link EapJson}. */
public final class EvaluateCircuitAnalysis
    implements Analysis<EvaluateCircuitAnalysis.Parameters, CircuitResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The circuit: JSON of 'circuit find', EAP-IG or MIB") Path circuit,
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true) @Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "32", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "What is measured at the answer", byDefault = "logit-difference")
          PairMetric metric,
      @Param(help = "Whether the sizes of its score order are judged too", byDefault = "true")
          boolean curve,
      @Param(help = "How edges of those sizes are chosen by score", byDefault = "top-n")
          EdgeSearch search,
      @Param(help = "Random sets of edges of each size", byDefault = "5", min = 0, max = 1000)
          int draws,
      @Param(help = "Edges knocked out one at a time, at most", byDefault = "20", min = 0)
          int knockouts,
      @Param(help = "Pairs at once; without it as many as fit", optional = true, min = 1)
          @Nullable Integer batch,
      @Param(help = "Seed of pairs, random edges and intervals", byDefault = "1") long seed) {}

  @Override
  public String id() {
    return "circuit.evaluate";
  }

  @Override
  public String title() {
    return "Evaluate a circuit";
  }

  @Override
  public String description() {
    return "How far a circuit from a file accounts for what the model does on a task: faithfulness,"
        + " what is left without it, CPR and CMD, beside random edges.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --circuit induction/circuit.json --template induction";
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
    Circuit circuit;
    try {
      circuit = EapJson.read(p.circuit(), model.spec());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PromptPairs pairs =
        new PairChoice(p.template(), p.pairs(), p.bos(), p.count(), p.seed()).open(subject);
    int batch = PairsAtOnce.of(model, pairs, p.batch());
    CircuitReport report =
        new CircuitReport(
            new CircuitRuns(model, pairs, p.metric(), batch),
            pairs,
            p.draws(),
            p.knockouts(),
            p.seed());
    Map<String, Object> protocol = Map.of("judged_on", pairs.source());
    return report.of(circuit, p.curve() ? p.search() : null, protocol, progress);
  }
}
