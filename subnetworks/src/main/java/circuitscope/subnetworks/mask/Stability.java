package circuitscope.subnetworks.mask;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;

/**
 * How much several masks of one model agree: those of several seeds, say.
 *
 * <p>Two masks are compared by IoU, the weights that both keep over those that either keeps (1 when
 * none keeps any). Beside it stands what chance gives: masks with as many kept weights in each of
 * the model's blocks (Q, K, V, O and the MLP's matrices of each layer), anywhere in it. The
 * expected number of shared weights is then Σ k₀·k₁/N exactly (hypergeometric), and the expected
 * IoU is taken at that number; its spread, which is tiny at these sizes, would add to it
 * σ²·s/(s−μ)³, s = k₀ + k₁.
 */
final class Stability {
  private final List<Mask> masks;
  private final List<MaskBlock> blocks;
  private final List<SortedMap<String, MaskMatrix>> matrices = new ArrayList<>();

  /**
   * @param masks of that model, at least two
   * @throws MaskException if they are not of that model, or not of the same matrices
   */
  Stability(List<Mask> masks, MaskBlocks geometry) {
    if (masks.size() < 2) {
      throw new MaskException("stability is of two masks or more, and there is one");
    }
    this.masks = masks.stream().map(geometry::aligned).toList();
    Mask first = this.masks.getFirst();
    this.masks.forEach(mask -> matrices.add(MaskAlgebra.aligned(first, mask)));
    blocks =
        geometry.parts().stream()
            .filter(block -> first.matrices().containsKey(block.parameter()))
            .toList();
  }

  /** Two masks side by side in some weights. */
  record Overlapping(long total, long a, long b, long both, double expected, double variance) {
    static final Overlapping NONE = new Overlapping(0, 0, 0, 0, 0, 0);

    Overlapping plus(Overlapping other) {
      return new Overlapping(
          total + other.total,
          a + other.a,
          b + other.b,
          both + other.both,
          expected + other.expected,
          variance + other.variance);
    }

    double iou() {
      return iou((double) both);
    }

    double expectedIou() {
      return iou(expected);
    }

    private double iou(double shared) {
      double either = a + b - shared;
      return either == 0 ? 1 : shared / either;
    }

    /** (both − expected) / standard deviation; 0 when there is no spread. */
    double z() {
      return variance == 0 ? 0 : (both - expected) / Math.sqrt(variance);
    }
  }

  List<MaskBlock> blocks() {
    return blocks;
  }

  List<Mask> masks() {
    return masks;
  }

  /** {@code [block]}: masks number {@code i} and {@code j}, block by block. */
  List<Overlapping> pair(int i, int j) {
    List<Overlapping> pairs = new ArrayList<>();
    String parameter = "";
    BitSet common = new BitSet();
    for (MaskBlock block : blocks) {
      BitSet a = bits(i, block.parameter());
      BitSet b = bits(j, block.parameter());
      if (!block.parameter().equals(parameter)) {
        parameter = block.parameter();
        common = (BitSet) a.clone();
        common.and(b);
      }
      int inA = block.active(a);
      int inB = block.active(b);
      Hypergeometric chance = new Hypergeometric(block.size(), inA, inB);
      pairs.add(
          new Overlapping(
              block.size(), inA, inB, block.active(common), chance.mean(), chance.variance()));
    }
    return pairs;
  }

  private BitSet bits(int mask, String parameter) {
    MaskMatrix matrix = matrices.get(mask).get(parameter);
    if (matrix == null) {
      throw new MaskException("mask '%s' has no '%s'".formatted(masks.get(mask).name(), parameter));
    }
    return matrix.bits();
  }

  /** The weights that all masks keep. */
  Mask core() {
    return masks.stream().reduce(MaskAlgebra::intersection).orElseThrow().named("core");
  }

  /** The weights that some masks keep, but not all. */
  Mask optional() {
    Mask either = masks.stream().reduce(MaskAlgebra::union).orElseThrow();
    return MaskAlgebra.difference(either, core()).named("optional");
  }

  /** Expected weights of the core when each mask's are drawn at random: Σ N·Π(k/N). */
  double expectedCore() {
    double sum = 0;
    for (MaskBlock block : blocks) {
      double all = block.size();
      for (int mask = 0; mask < masks.size(); mask++) {
        all *= (double) block.active(bits(mask, block.parameter())) / block.size();
      }
      sum += all;
    }
    return sum;
  }

  /** {@code [n]}: weights that exactly n masks keep, n from 1. */
  long[] keptBy() {
    long[] counts = new long[masks.size() + 1];
    for (String parameter : masks.getFirst().matrices().keySet()) {
      BitSet either = new BitSet();
      for (int mask = 0; mask < masks.size(); mask++) {
        either.or(bits(mask, parameter));
      }
      for (int i = either.nextSetBit(0); i >= 0; i = either.nextSetBit(i + 1)) {
        int by = 0;
        for (int mask = 0; mask < masks.size(); mask++) {
          by += bits(mask, parameter).get(i) ? 1 : 0;
        }
        counts[by]++;
      }
    }
    return counts;
  }
}
