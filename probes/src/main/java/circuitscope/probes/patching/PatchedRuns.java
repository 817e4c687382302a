package circuitscope.probes.patching;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two runs of a batch of pairs, and runs in which values of one stand in the other.
 *
 * <p>A patched run begins at the layer of its patch, with the stream that the unpatched run had
 * there, and many cells of one site are run together, each in rows of its own. Both are exact.
 */
final class PatchedRuns implements AutoCloseable {
  private final Model model;
  private final PairBatch batch;
  private final PairMetric metric;
  private final Direction direction;
  private final Trace source;
  private final Trace base;
  private final NDManager own;
  private final @Nullable NDArray cleanLogits;
  private final double[] clean;
  private final double[] corrupted;

  /**
   * @param sites whose values are patched
   * @param shuffled whether each pair takes the values of another pair's run: a null
   */
  PatchedRuns(
      Model model,
      PairBatch batch,
      PairMetric metric,
      Direction direction,
      Collection<Site> sites,
      boolean shuffled) {
    this.model = model;
    this.batch = batch;
    this.metric = metric;
    this.direction = direction;
    PairBatch other = shuffled ? batch.turned() : batch;
    boolean denoising = direction == Direction.DENOISING;
    Site last = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
    Set<Site> known = new LinkedHashSet<>(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
    known.add(last);
    known.addAll(sites);
    Recorder recorder = Recorder.of(model.spec(), known);
    this.own = model.newManager();
    this.source = recorder.record(model, denoising ? other.clean() : other.corrupted());
    this.base = recorder.record(model, baseTokens());
    try (NDManager scope = model.newManager();
        Trace ownSource =
            Recorder.of(model.spec(), Set.of(last))
                .record(model, denoising ? batch.clean() : batch.corrupted())) {
      NDArray cleanStream = (denoising ? ownSource : base).get(last);
      NDArray corruptedStream = (denoising ? base : ownSource).get(last);
      this.cleanLogits = metric == PairMetric.KL ? logits(cleanStream, Taps.NONE, scope) : null;
      if (cleanLogits != null) {
        cleanLogits.attach(own);
      }
      this.clean = metric(cleanStream, 1, scope);
      this.corrupted = metric(corruptedStream, 1, scope);
    }
  }

  private TokenBatch baseTokens() {
    return direction == Direction.DENOISING ? batch.corrupted() : batch.clean();
  }

  /** The metric of the clean run {@code [pair]}. */
  double[] clean() {
    return clean;
  }

  /** The metric of the corrupted run {@code [pair]}. */
  double[] corrupted() {
    return corrupted;
  }

  private double[] unpatched() {
    return direction == Direction.DENOISING ? corrupted : clean;
  }

  Trace base() {
    return base;
  }

  Trace source() {
    return source;
  }

  PairBatch batch() {
    return batch;
  }

  /**
   * The metric with each cell patched in turn.
   *
   * @param cells of one site
   * @return {@code [cell][pair]}
   */
  double[][] patched(List<Cell> cells) {
    return patched(cells, source.get(cells.getFirst().site()));
  }

  /**
   * The same with values that no run has.
   *
   * @param values {@code [pair, …]}, or {@code [cell · pair, …]} for values of each cell's own
   */
  double[][] patched(List<Cell> cells, NDArray values) {
    int layer = cells.getFirst().layer();
    try (NDManager scope = model.newManager()) {
      NDArray out = resumed(layer, cells.size(), new RowPatch(cells, values), scope);
      return byCell(metric(out, cells.size(), scope), cells.size());
    }
  }

  /** The stream after the last layer, from a layer of the unpatched run on, in copies. */
  NDArray resumed(int layer, int copies, Taps taps, NDManager scope) {
    Site entering = Site.of(SiteKind.RESID_PRE, layer);
    MemoryEstimate.run(
            model.spec(),
            model.precision(),
            batch.size() * copies,
            batch.positions(),
            List.of(entering))
        .check(model.device());
    NDArray stream = base.get(entering).tile(new long[] {copies, 1, 1});
    stream.attach(scope);
    return model.resume(batch.corrupted(copies), stream, layer, taps, scope);
  }

  double[][] byCell(double[] rows, int cells) {
    int pairs = rows.length / cells;
    double[][] values = new double[cells][pairs];
    for (int row = 0; row < rows.length; row++) {
      values[row / pairs][row % pairs] = rows[row];
    }
    return values;
  }

  /** The metric read off the stream after the last layer {@code [copy · pair]}. */
  double[] metric(NDArray stream, int copies, NDManager scope) {
    return metric(stream, copies, Taps.NONE, scope);
  }

  /** The same under taps of the final norm, which meet {@code [copy · pair, 1, …]}. */
  double[] metric(NDArray stream, int copies, Taps taps, NDManager scope) {
    NDArray logits = logits(stream, taps, scope);
    NDArray values = metric.of(logits, targets(copies, scope)).toType(DataType.FLOAT64, true);
    values.attach(scope);
    return values.toDoubleArray();
  }

  private NDArray logits(NDArray stream, Taps taps, NDManager scope) {
    NDArray last = batch.atAnswers(stream).expandDims(1); // [row, 1, dModel]
    last.attach(scope);
    return model.readOut(last, taps, scope).squeeze(1);
  }

  private PairTargets targets(int copies, NDManager scope) {
    PairTargets targets = batch.targets(copies, scope);
    return cleanLogits == null ? targets : targets.withClean(cleanLogits);
  }

  /**
   * Attribution patching (Nanda 2023; Syed et al. 2023): the metric that patching each cell would
   * give if the metric were linear in it, m + (source − base)·∂m/∂base.
   *
   * @param cells of sites that this was opened with
   * @param before taps of the differentiated run, such as norms whose scale is held
   * @return {@code [cell][pair]}
   */
  double[][] attributed(List<Cell> cells, Taps before) {
    Set<Site> sites = new LinkedHashSet<>(cells.stream().map(Cell::site).toList());
    double[] start = unpatched();
    double[][] values = new double[cells.size()][start.length];
    try (Gradients.AtSites gradients =
        Gradients.at(
            model,
            baseTokens(),
            sites,
            before,
            logits -> {
              PairTargets targets = targets(1, logits.getManager());
              return metric.of(batch.atAnswers(logits), targets).sum();
            })) {
      for (Site site : sites) {
        List<Integer> here = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
          if (cells.get(i).site().equals(site)) {
            here.add(i);
          }
        }
        try (NDManager scope = model.newManager()) {
          NDArray product = source.get(site).sub(base.get(site)).mul(gradients.trace().get(site));
          product.attach(scope);
          CellSums sums = CellSums.of(product, cells.get(here.getFirst()));
          for (int i : here) {
            for (int pair = 0; pair < start.length; pair++) {
              values[i][pair] = start[pair] + sums.at(pair, cells.get(i));
            }
          }
        }
      }
    }
    return values;
  }

  @Override
  public void close() {
    source.close();
    base.close();
    own.close();
  }
}
