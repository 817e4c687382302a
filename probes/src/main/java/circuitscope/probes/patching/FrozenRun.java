package circuitscope.probes.patching;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A run in which sender heads have the other run's output and all other writes stay as they were:
 * what reaches a receiver came on the direct path. Norms are computed afresh, or held.
 */
final class FrozenRun implements Taps {
  private static final List<SiteKind> SCALES =
      List.of(
          SiteKind.LN1_SCALE,
          SiteKind.LN1_POST_SCALE,
          SiteKind.LN2_SCALE,
          SiteKind.LN2_POST_SCALE,
          SiteKind.LN_FINAL_SCALE);

  private final PatchedRuns runs;
  private final int copies;
  private final Set<Site> frozen;
  private final Set<Site> wanted;
  private final NDManager owner;
  private final Map<Site, NDArray> kept = new HashMap<>();

  private FrozenRun(
      PatchedRuns runs, int copies, Set<Site> frozen, Set<Site> wanted, NDManager owner) {
    this.runs = runs;
    this.copies = copies;
    this.frozen = frozen;
    this.wanted = wanted;
    this.owner = owner;
  }

  /** The denominators of every norm. */
  static List<Site> scales(DecoderSpec spec) {
    return sites(spec, SCALES);
  }

  /** What the unpatched run must have recorded. */
  static List<Site> needed(DecoderSpec spec) {
    List<Site> needed = sites(spec, List.of(SiteKind.Z, SiteKind.ATTN_OUT, SiteKind.MLP_OUT));
    needed.addAll(scales(spec));
    return needed;
  }

  private static List<Site> sites(DecoderSpec spec, List<SiteKind> kinds) {
    List<Site> sites = new ArrayList<>();
    for (SiteKind kind : kinds) {
      if (kind.existsIn(spec)) {
        sites.addAll(kind.ofLayer() ? Sites.inEveryLayer(kind, spec) : List.of(Site.of(kind)));
      }
    }
    return sites;
  }

  /**
   * What arrives.
   *
   * @param values at the wanted sites {@code [sender · pair, …]}
   * @param logits the metric of the run itself {@code [sender][pair]}: the path to the logits
   */
  record Arrived(Map<Site, NDArray> values, double[][] logits) {}

  /**
   * Runs it for senders of one layer together.
   *
   * @param senders cells of {@link PatchSite#Z}
   * @param held whether norms keep the unpatched run's scales: Δq = (Δ/s)·W_Q, linear in Δ
   * @param owner of the values that arrive
   */
  static Arrived of(
      PatchedRuns runs,
      DecoderSpec spec,
      List<Cell> senders,
      boolean held,
      Set<Site> wanted,
      NDManager owner) {
    int layer = senders.getFirst().layer();
    Set<Site> frozen = new HashSet<>(Set.of(Site.of(SiteKind.MLP_OUT, layer)));
    for (int later = layer + 1; later < spec.layers(); later++) {
      frozen.add(Site.of(SiteKind.ATTN_OUT, later));
      frozen.add(Site.of(SiteKind.MLP_OUT, later));
    }
    if (held) {
      frozen.addAll(scales(spec)); // those before the sender have their own values anyway
    }
    FrozenRun run = new FrozenRun(runs, senders.size(), frozen, wanted, owner);
    try (NDManager scope = owner.newSubManager()) {
      RowPatch patch = new RowPatch(senders, runs.source().get(senders.getFirst().site()));
      Taps taps = Taps.all(List.of(patch, run));
      NDArray stream = runs.resumed(layer, senders.size(), taps, scope);
      double[] rows = runs.metric(stream, senders.size(), run, scope);
      return new Arrived(run.kept, runs.byCell(rows, senders.size()));
    }
  }

  @Override
  public boolean wants(Site site) {
    return frozen.contains(site) || wanted.contains(site);
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    if (wanted.contains(site)) {
      NDArray own = value.reshape(value.getShape()); // a second handle on the same memory
      own.attach(owner);
      kept.put(site, own);
      return value;
    }
    NDArray base = runs.base().get(site); // [pair, position, width]
    if (site.kind() == SiteKind.LN_FINAL_SCALE) {
      base = runs.batch().atAnswers(base).expandDims(1);
    }
    NDArray same = base.tile(new long[] {copies, 1, 1});
    same.attach(value.getManager());
    return same;
  }
}
