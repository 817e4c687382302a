package circuitscope.probes.circuits;

import ai.djl.ndarray.NDManager;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Trace;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The metric of a model that is restricted to circuits. */
public final class CircuitRuns {
  private final Model model;
  private final EdgeGraph graph;
  private final PairMetric metric;
  private final PromptPairs pairs;
  private final int most;

  /**
   * Runs on a model.
   *
   * @param most pairs run at once
   */
  public CircuitRuns(Model model, PromptPairs pairs, PairMetric metric, int most) {
    this.model = model;
    this.graph = EdgeGraph.of(model.spec());
    this.metric = metric;
    this.pairs = pairs.checked(metric);
    this.most = most;
  }

  public EdgeGraph graph() {
    return graph;
  }

  PairMetric metric() {
    return metric;
  }

  /**
   * The metric of each pair under each set of edges; see {@link CircuitTaps}.
   *
   * @return {@code [set][pair]}
   */
  public double[][] metrics(List<BitSet> edges, Progress progress) {
    double[][] metrics = new double[edges.size()][pairs.pairs().size()];
    progress.begin((long) edges.size() * pairs.pairs().size(), "runs");
    for (PairBatch batch : pairs.batches(most)) {
      try (NDManager owner = model.newManager();
          Trace corrupted =
              Recorder.of(model.spec(), sites(model.spec())).record(model, batch.corrupted())) {
        PairTargets targets = AnswerRun.targets(model, batch, 1, metric, owner);
        for (int i = 0; i < metrics.length; i++) {
          try (NDManager scope = owner.newSubManager()) {
            CircuitTaps taps = new CircuitTaps(model, graph, corrupted, edges.get(i), scope);
            double[] values = AnswerRun.metric(model, batch, batch.clean(), taps, metric, targets);
            for (int row = 0; row < values.length; row++) {
              metrics[i][batch.indices().get(row)] = values[row];
            }
          }
          progress.advance(batch.size());
        }
      }
    }
    return metrics;
  }

  /** What the corrupted run must record: contributions, and the streams that readers read. */
  static Set<Site> sites(DecoderSpec spec) {
    Set<Site> sites = new LinkedHashSet<>(Contributions.sites(spec));
    for (int layer = 0; layer < spec.layers(); layer++) {
      sites.add(LayerReaders.stream(spec, Reader.Kind.Q, layer));
      sites.add(LayerReaders.stream(spec, Reader.Kind.MLP, layer));
    }
    sites.add(LayerReaders.stream(spec, Reader.Kind.LOGITS, spec.layers()));
    return sites;
  }
}
