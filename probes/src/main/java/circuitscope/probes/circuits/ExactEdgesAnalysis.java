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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What patching each edge alone does, and how well attribution foretells it: the rank correlation
 * over all edges.
 */
public final class ExactEdgesAnalysis
    implements Analysis<ExactEdgesAnalysis.Parameters, ExactEdges> {
  /** All edges with their exact effects, in the folder of the result. */
  public static final String FILE = "exact.json";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true) @Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "8", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "What is measured at the answer", byDefault = "logit-difference")
          PairMetric metric,
      @Param(
              help =
                  "Attributions to compare, by their runs between corrupted and clean embeddings",
              byDefault = "1,5,30",
              min = 1,
              unit = "runs")
          List<Integer> steps,
      @Param(
              help = "Edges of the circuit that is saved, by exact effect",
              byDefault = "100",
              min = 1)
          int edges,
      @Param(help = "Prompts run at once", byDefault = "64", min = 1, unit = "prompts") int batch,
      @Param(help = "Seed of the pairs", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "circuit.exact";
  }

  @Override
  public String title() {
    return "Patch every edge";
  }

  @Override
  public String description() {
    return "Patch every edge by itself and correlate with its attribution: exact, and as many runs"
        + " as there are edges; with --out also as exact.json.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --template induction --count 4";
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
  public ExactEdges run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    PromptPairs pairs =
        new PairChoice(p.template(), p.pairs(), p.bos(), p.count(), p.seed()).open(subject);
    int atOnce = PairsAtOnce.of(model, pairs, null);
    List<double[]> attributed = new ArrayList<>();
    for (int steps : p.steps()) {
      attributed.add(
          new EdgeAttribution(model, p.metric(), steps)
              .scores(pairs, atOnce, progress.step("%d runs".formatted(steps), 0.05)));
    }
    EdgePatching patching = new EdgePatching(model, p.metric());
    double[] exact = patching.effects(pairs, p.batch(), progress.step("every edge", 1));
    Circuit circuit = EdgeSearch.TOP_N.find(patching.graph(), exact, p.edges());
    if (subject.workspace() != null) {
      try {
        EapJson.write(subject.requireWorkspace().resolve(FILE), circuit, model.spec());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ExactEdges.of(p.metric(), p.steps(), attributed, circuit, pairs.read());
  }
}
