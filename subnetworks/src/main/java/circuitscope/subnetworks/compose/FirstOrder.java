package circuitscope.subnetworks.compose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.Weight;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskBlock;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * By how much the loss of a subnetwork would fall if a unit were given back, to first order.
 *
 * <p>With the gradient G of the loss by the used weights, and W the model's weights, giving back
 * the weights S of a unit that are missing changes the loss by Σ_S G∘W in the limit of a small
 * step. One run forward and back ranks every unit; what they are worth is then measured.
 */
public final class FirstOrder {
  private final Model model;
  private final Units units;

  /** For subnetworks of that model, which stays the caller's. */
  public FirstOrder(Model model, Units units) {
    if (model.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "units cannot be ranked in fp16, where small gradients vanish; use --dtype tf32 or fp32,"
              + " or try all of them: --candidates as many as there are");
    }
    this.model = model;
    this.units = units;
  }

  /** The units that promise the largest fall of the loss, largest first. */
  public List<Unit> best(Mask mask, Collection<Unit> among, Iterable<TokenBatch> text, int count) {
    Map<Unit, Double> falls = falls(mask, among, text);
    return falls.keySet().stream()
        .sorted(Comparator.comparing((Unit unit) -> falls.get(unit)).reversed())
        .limit(count)
        .toList();
  }

  /**
   * Nats a token by which the loss would fall, unit by unit.
   *
   * @param mask the present subnetwork, under the names of the model's parameters
   */
  public Map<Unit, Double> falls(Mask mask, Collection<Unit> among, Iterable<TokenBatch> text) {
    Map<Unit, List<MaskBlock>> blocks = new LinkedHashMap<>();
    among.forEach(unit -> blocks.put(unit, units.blocks(unit)));
    Map<String, float[]> slopes = slopes(mask, names(mask, blocks.values()), text);
    Map<String, BitSet> kept = new HashMap<>();
    mask.matrices().forEach((name, matrix) -> kept.put(name, matrix.kept()));
    Map<Unit, Double> falls = new LinkedHashMap<>();
    blocks.forEach((unit, own) -> falls.put(unit, fall(own, kept, slopes)));
    return falls;
  }

  private static List<String> names(Mask mask, Collection<List<MaskBlock>> blocks) {
    return blocks.stream()
        .flatMap(List::stream)
        .map(MaskBlock::parameter)
        .distinct()
        .filter(name -> mask.matrices().containsKey(name))
        .toList();
  }

  private static double fall(
      List<MaskBlock> blocks, Map<String, BitSet> kept, Map<String, float[]> slopes) {
    double[] sum = new double[1];
    for (MaskBlock block : blocks) {
      float[] slope = slopes.get(block.parameter());
      BitSet own = kept.get(block.parameter());
      if (slope != null && own != null) {
        block.runs(
            (from, to) -> {
              for (int i = own.nextClearBit(from); i < to; i = own.nextClearBit(i + 1)) {
                sum[0] -= slope[i];
              }
            });
      }
    }
    return sum[0];
  }

  /** G∘W of each matrix, in stored order, G of the mean loss in nats. */
  private Map<String, float[]> slopes(Mask mask, List<String> names, Iterable<TokenBatch> text) {
    try (Model masked = model.masked(mask.weightMask());
        NDManager scope = masked.newManager()) {
      Map<String, NDArray> leaves = new HashMap<>();
      for (String name : names) {
        NDArray leaf = weight(masked, name).duplicate();
        leaf.attach(scope);
        leaf.setRequiresGradient(true);
        leaves.put(name, leaf);
      }
      long positions = 0;
      try (Model free =
          masked.with((weight, run) -> leaves.getOrDefault(weight.name(), weight.array()))) {
        for (TokenBatch batch : text) {
          positions += (long) batch.batch() * (batch.positions() - 1);
          try (NDManager run = scope.newSubManager()) {
            Gradients.backward(() -> summedLoss(free, batch, run));
          }
        }
      }
      Map<String, float[]> slopes = new HashMap<>();
      for (String name : names) {
        NDArray gradient = Objects.requireNonNull(leaves.get(name)).getGradient();
        try (NDArray slope = gradient.mul(weight(model, name)).div(positions)) {
          slopes.put(name, floats(slope));
        }
      }
      return slopes;
    }
  }

  private static NDArray weight(Model of, String name) {
    Weight weight = of.weights().named(name);
    return Objects.requireNonNull(weight, name).array();
  }

  private static float[] floats(NDArray values) {
    return values.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).toFloatArray();
  }

  private static NDArray summedLoss(Model free, TokenBatch batch, NDManager run) {
    int scored = batch.positions() - 1;
    long[] next = new long[batch.batch() * scored];
    for (int i = 0; i < next.length; i++) {
      next[i] = batch.ids()[i / scored][i % scored + 1];
    }
    NDArray logits = free.logits(batch, Taps.NONE, null, run).get(":, :-1");
    NDArray target = run.create(next, new Shape(batch.batch(), scored, 1));
    return logits.logSoftmax(-1).gather(target, 2).neg().sum();
  }
}
