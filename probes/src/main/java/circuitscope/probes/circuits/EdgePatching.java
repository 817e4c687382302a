package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Exact patching of one edge at a time: what the metric of the clean run changes by when one reader
 * reads the stream + (z′_u − z_u), z a writer's contribution, ′ the corrupted run (Goldowsky-Dill
 * et al. 2023). The reference that edge attribution approximates.
 *
 * <p>All writers of a reader run as rows of one batch.
 */
public final class EdgePatching {
  private final Model model;
  private final EdgeGraph graph;
  private final PairMetric metric;

  /** Patching on a model. */
  public EdgePatching(Model model, PairMetric metric) {
    this.model = model;
    this.graph = EdgeGraph.of(model.spec());
    this.metric = metric;
  }

  public EdgeGraph graph() {
    return graph;
  }

  /**
   * The mean over pairs of every edge's effect.
   *
   * @param rows prompts run at once
   * @return {@code [edge]}
   */
  public double[] effects(PromptPairs pairs, int rows, Progress progress) {
    double[] sums = new double[graph.edges()];
    progress.begin((long) graph.edges() * pairs.pairs().size(), "runs");
    for (PairBatch batch : pairs.checked(metric).batches(rows)) {
      add(batch, Math.max(1, rows / batch.size()), sums, progress);
    }
    return java.util.Arrays.stream(sums).map(sum -> sum / pairs.pairs().size()).toArray();
  }

  private void add(PairBatch batch, int copies, double[] sums, Progress progress) {
    Recorder recorder = Recorder.of(model.spec(), CircuitRuns.sites(model.spec()));
    try (NDManager scope = model.newManager();
        Trace clean = recorder.record(model, batch.clean());
        Trace corrupted = recorder.record(model, batch.corrupted())) {
      PairTargets once = AnswerRun.targets(model, batch, 1, metric, scope);
      double[] base = AnswerRun.metric(model, batch, batch.clean(), Taps.NONE, metric, once);
      NDArray moved = Contributions.differences(model, corrupted, clean, scope);
      for (int reader = 0; reader < graph.readers().size(); reader++) {
        for (int from = 0; from < graph.visible(reader); from += copies) {
          int to = Math.min(graph.visible(reader), from + copies);
          try (NDManager step = scope.newSubManager()) {
            NDArray writers = moved.get(step, new NDIndex("{}:{}", from, to));
            Taps taps = new OneReader(clean, reader, writers, batch, step);
            PairTargets targets = AnswerRun.targets(model, batch, to - from, metric, step);
            double[] patched =
                AnswerRun.metric(model, batch, repeated(batch, to - from), taps, metric, targets);
            for (int row = 0; row < patched.length; row++) {
              sums[graph.offset(reader) + from + row / batch.size()] +=
                  patched[row] - base[row % batch.size()];
            }
          }
          progress.advance((long) (to - from) * batch.size());
        }
      }
    }
  }

  /** The clean prompts, all of them again and again: row {@code copy · size + pair}. */
  private static TokenBatch repeated(PairBatch batch, int copies) {
    int[][] rows = batch.clean().ids();
    return TokenBatch.of(
        Collections.nCopies(copies, List.of(rows)).stream().flatMap(List::stream).toList());
  }

  /** Replaces what one reader's projection gives, in each row for another writer. */
  private final class OneReader implements Taps {
    private final Reader reader;
    private final Set<Site> sites;
    private final NDArray inputs; // [1, writer · pair, position, dModel]
    private final NDManager scope;

    OneReader(Trace clean, int index, NDArray writers, PairBatch batch, NDManager scope) {
      this.reader = graph.readers().get(index);
      this.scope = scope;
      this.sites =
          new LinkedHashSet<>(LayerReaders.sites(model.spec(), reader.kind(), reader.layer()));
      NDArray stream = clean.get(LayerReaders.stream(model.spec(), reader.kind(), reader.layer()));
      long rows = writers.getShape().get(0) * batch.size();
      this.inputs =
          writers
              .reshape(new Shape(-1).addAll(stream.getShape()))
              .add(stream.expandDims(0))
              .reshape(new Shape(1, rows, batch.positions(), model.spec().dModel()));
    }

    @Override
    public boolean wants(Site site) {
      return sites.contains(site);
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      if (reader.kind() == Reader.Kind.LOGITS) {
        return inputs.squeeze(0);
      }
      LayerReaders readers = LayerReaders.of(model, reader.kind(), reader.layer(), scope);
      int which = readers.sites().indexOf(site);
      if (reader.kind() == Reader.Kind.MLP) {
        return readers.read(which, inputs).squeeze(0);
      }
      NDArray own = readers.read(which, reader.index(), inputs).squeeze(0).expandDims(2);
      int heads = graph.count(reader.kind());
      float[] others = new float[heads];
      IntStream.range(0, heads).forEach(head -> others[head] = head == reader.index() ? 0 : 1);
      NDArray keep =
          scope.create(others, new Shape(1, 1, heads, 1)).toType(value.getDataType(), false);
      return value.mul(keep).add(own.mul(keep.mul(-1).add(1)));
    }
  }
}
