package circuitscope.probes.patching;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.patching.PatchResult.Grid;
import circuitscope.probes.patching.PatchResult.Place;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.RankCorrelation;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Interventions.Edit;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One run of {@link PatchAnalysis}: which cells, over which pairs, by which way. */
final class GridRun {
  private final Subject subject;
  private final Model model;
  private final PromptPairs pairs;
  private final PatchAnalysis.Parameters parameters;
  private final boolean exact;
  private final boolean attribution;

  GridRun(
      Subject subject,
      PromptPairs pairs,
      PatchAnalysis.Parameters parameters,
      boolean attribution) {
    this.subject = subject;
    this.model = subject.model();
    this.pairs = pairs;
    this.parameters = parameters;
    this.exact = !attribution || parameters.compare();
    this.attribution = attribution || parameters.compare();
    DecoderSpec spec = model.spec();
    parameters.sites().forEach(site -> Sites.checked(Site.of(site.kind(), 0), spec));
    if (exact && parameters.shuffled() && pairs.pairs().size() < 2) {
      throw new IllegalArgumentException("a shuffled null needs at least two pairs");
    }
  }

  PatchResult run(Progress progress) {
    List<PairBatch> batches = pairs.batches(parameters.rows());
    progress.begin((long) parameters.sites().size() * batches.size(), "grids");
    List<Grid> grids = new ArrayList<>();
    Measured any = new Measured(0, pairs.pairs().size());
    for (PatchSite site : parameters.sites()) {
      List<Cell> cells = cells(site);
      Measured estimated = null;
      if (attribution || site == PatchSite.NEURON) {
        estimated = attributed(site, cells, batches);
        any = estimated;
        if (site == PatchSite.NEURON) {
          List<Integer> best = best(estimated);
          cells = best.stream().map(cells::get).toList();
          estimated = estimated.only(best);
        }
      }
      Measured patched = exact ? patched(cells, batches, false, progress) : null;
      Measured other =
          exact && parameters.shuffled() ? patched(cells, batches, true, progress) : null;
      any = patched == null ? any : patched;
      grids.add(grid(site, cells, patched, attribution ? estimated : null, other));
      progress.advance(batches.size());
    }
    PromptPair first = pairs.pairs().getFirst();
    return new PatchResult(
        parameters.metric(),
        parameters.direction(),
        Estimate.mean(any.clean(), parameters.seed()),
        Estimate.mean(any.corrupted(), parameters.seed()),
        labels(first),
        grids,
        pairs.dropped(),
        pairs.read());
  }

  private List<Cell> cells(PatchSite site) {
    boolean byPosition =
        site != PatchSite.NEURON && (!site.hasUnits() || parameters.headsByPosition());
    return Cell.grid(site, model.spec(), byPosition ? pairs.pairs().getFirst().length() : 0);
  }

  /** Tokens of the first clean prompt, those that the corrupted one has otherwise starred. */
  private List<String> labels(PromptPair pair) {
    return IntStream.range(0, pair.length())
        .mapToObj(
            i ->
                subject.label(pair.clean()[i])
                    + (pair.clean()[i] == pair.corrupted()[i] ? "" : " *"))
        .toList();
  }

  private Measured patched(
      List<Cell> cells, List<PairBatch> batches, boolean shuffled, Progress progress) {
    Measured measured = new Measured(cells.size(), pairs.pairs().size());
    List<Site> sites = cells.stream().map(Cell::site).distinct().toList();
    for (PairBatch batch : batches) {
      int atOnce = Math.max(1, parameters.rows() / batch.size());
      try (PatchedRuns runs = open(batch, sites, shuffled)) {
        measured.runs(runs);
        for (int from = 0; from < cells.size(); ) {
          progress.checkCancelled();
          int to = from + 1;
          while (to < cells.size()
              && to - from < atOnce
              && cells.get(to).site().equals(cells.get(from).site())) {
            to++;
          }
          measured.put(from, batch, runs.patched(cells.subList(from, to)));
          from = to;
        }
      }
    }
    return measured;
  }

  private Measured attributed(PatchSite site, List<Cell> cells, List<PairBatch> batches) {
    Measured measured = new Measured(cells.size(), pairs.pairs().size());
    List<Site> sites = Sites.inEveryLayer(site.kind(), model.spec());
    for (PairBatch batch : batches) {
      try (PatchedRuns runs = open(batch, sites, false)) {
        measured.runs(runs);
        Taps before = parameters.holdNorms() ? heldNorms(runs) : Taps.NONE;
        measured.put(0, batch, runs.attributed(cells, before));
      }
    }
    return measured;
  }

  private PatchedRuns open(PairBatch batch, List<Site> sites, boolean shuffled) {
    List<Site> known = new ArrayList<>(sites);
    if (parameters.holdNorms()) {
      known.addAll(FrozenRun.scales(model.spec()));
    }
    return new PatchedRuns(
        model, batch, parameters.metric(), parameters.direction(), known, shuffled);
  }

  private Taps heldNorms(PatchedRuns runs) {
    List<Edit> edits =
        FrozenRun.scales(model.spec()).stream()
            .map(site -> new Edit(site, new Intervention.Patch(runs.base().get(site))))
            .toList();
    return new Interventions(model.spec(), edits);
  }

  private List<Integer> best(Measured estimated) {
    return IntStream.range(0, estimated.values().length)
        .boxed()
        .sorted(Comparator.comparingDouble(cell -> -Math.abs(distance(estimated.effect(cell)))))
        .limit(parameters.neurons())
        .toList();
  }

  /** From the unpatched run. */
  private double distance(double effect) {
    return parameters.direction() == Direction.DENOISING ? effect : effect - 1;
  }

  private Grid grid(
      PatchSite site,
      List<Cell> cells,
      @Nullable Measured patched,
      @Nullable Measured estimated,
      @Nullable Measured other) {
    List<Place> places = new ArrayList<>();
    Measured main = patched == null ? Objects.requireNonNull(estimated) : patched;
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      Estimate effect = main.estimate(i, parameters.seed());
      places.add(
          new Place(
              cell.unitName(),
              cell.layer(),
              cell.unit() == Cell.ALL ? null : cell.unit(),
              cell.position() == Cell.ALL ? null : cell.position(),
              effect,
              patched == null || estimated == null ? null : estimated.effect(i),
              other == null ? null : other.effect(i)));
    }
    Double rank =
        patched == null || estimated == null || cells.size() < 3
            ? null
            : RankCorrelation.spearman(patched.effects(), estimated.effects());
    return new Grid(site, places, rank);
  }
}
