package circuitscope.subnetworks.compose;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.Weight;
import circuitscope.probes.model.WeightMask;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskBlock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses what to give back to a subnetwork: the unit with which its mean loss on some text is the
 * least. Where there are more units than may be tried, {@link FirstOrder} says which are.
 */
public final class Greedy {
  private final Model model;
  private final Units units;
  private final List<TokenBatch> text;
  private final int candidates;

  /**
   * A search on some text.
   *
   * @param batch sequences run at once
   * @param candidates units tried at most at each step
   */
  public Greedy(Model model, Units units, TrainingSequences text, int batch, int candidates) {
    this.model = model;
    this.units = units;
    this.candidates = candidates;
    this.text = new ArrayList<>();
    for (int from = 0; from < text.count(); from += batch) {
      int to = Math.min(text.count(), from + batch);
      this.text.add(TokenBatch.of(text.rows(from, to)));
    }
  }

  /**
   * What was chosen.
   *
   * @param lossNats with it, on the text that is searched on
   * @param tried units whose loss was measured
   */
  public record Choice(Unit unit, double lossNats, int tried) {}

  /**
   * The best unit to give back.
   *
   * @param mask the present subnetwork, under the names of the model's parameters
   */
  public Choice next(Mask mask, Collection<Unit> among, Progress progress) {
    Collection<Unit> tried =
        among.size() <= candidates
            ? among
            : new FirstOrder(model, units).best(mask, among, text, candidates);
    progress.begin(tried.size(), "units");
    Choice best = null;
    try (Model present = model.masked(mask.weightMask())) {
      for (Unit unit : tried) {
        double loss = loss(present, mask, unit);
        if (best == null || loss < best.lossNats()) {
          best = new Choice(unit, loss, tried.size());
        }
        progress.advance(1);
      }
    }
    if (best == null) {
      throw new NoSuchElementException("there are no units to choose from");
    }
    return best;
  }

  /** Only the unit's own matrices are masked anew. */
  private double loss(Model present, Mask mask, Unit unit) {
    Set<String> touched =
        units.blocks(unit).stream().map(MaskBlock::parameter).collect(Collectors.toSet());
    Map<String, BitSet> kept = new TreeMap<>();
    units
        .added(mask, List.of(unit))
        .matrices()
        .forEach(
            (name, matrix) -> {
              if (touched.contains(name)) {
                kept.put(name, matrix.kept());
              }
            });
    try (Model changed = model.masked(new WeightMask(unit.toString(), kept))) {
      Map<String, NDArray> own = new HashMap<>();
      for (String name : kept.keySet()) {
        Weight weight = changed.weights().named(name);
        if (weight != null) {
          own.put(name, weight.array());
        }
      }
      try (Model tried =
          present.with((weight, run) -> own.getOrDefault(weight.name(), weight.array()))) {
        return meanLoss(tried);
      }
    }
  }

  private double meanLoss(Model tried) {
    double sum = 0;
    long count = 0;
    for (TokenBatch batch : text) {
      for (float[] row : tried.tokenLosses(batch, Taps.NONE)) {
        for (float nats : row) {
          sum += nats;
          count++;
        }
      }
    }
    return sum / count;
  }
}
