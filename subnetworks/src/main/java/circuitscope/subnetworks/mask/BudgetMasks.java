package circuitscope.subnetworks.mask;

import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/** Masks that need no training, at a given budget: what trained ones are to be better than. */
public final class BudgetMasks {
  /** A magnitude's 31 bits are read as two digits: sign aside, floats are ordered as integers. */
  private static final int LOW_BITS = 15;

  private static final int HIGH_DIGITS = 1 << 16;

  private BudgetMasks() {}

  /** Keeps the largest weights; among equals the first by parameter name and place. */
  public static Mask magnitude(String name, Model model, Budget budget, MaskProvenance made) {
    List<MaskMatrix> matrices = matrices(model);
    WeightValues values = WeightValues.of(model);
    List<MaskMatrix> kept = new ArrayList<>();
    if (budget.scope() == Budget.Scope.MATRIX) {
      for (MaskMatrix matrix : matrices) {
        kept.addAll(largest(List.of(matrix), values, budget.of(matrix.name())));
      }
    } else {
      kept.addAll(largest(matrices, values, budget.total()));
    }
    return Mask.of(name, kept, made);
  }

  /** Keeps weights drawn at random. */
  public static Mask random(
      String name, Model model, Budget budget, long seed, MaskProvenance made) {
    List<MaskMatrix> matrices = matrices(model);
    List<MaskMatrix> kept = new ArrayList<>();
    if (budget.scope() == Budget.Scope.MATRIX) {
      for (MaskMatrix matrix : matrices) {
        RandomGenerator random = RandomMasks.generator(seed, matrix.name());
        kept.add(
            matrix.keeping(RandomMasks.draw(random, matrix.total(), budget.of(matrix.name()))));
      }
    } else {
      kept.addAll(drawn(matrices, budget.total(), RandomMasks.generator(seed, "")));
    }
    return Mask.of(name, kept, made);
  }

  private static List<MaskMatrix> matrices(Model model) {
    return model.weights().maskable().stream()
        .sorted(java.util.Comparator.comparing(Weight::name))
        .map(
            weight -> {
              long[] shape = weight.array().getShape().getShape();
              return new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], new BitSet());
            })
        .toList();
  }

  /** Each weight in turn with the chance that is left: Knuth's selection sampling, algorithm S. */
  private static List<MaskMatrix> drawn(
      List<MaskMatrix> matrices, long count, RandomGenerator random) {
    long left = matrices.stream().mapToLong(MaskMatrix::total).sum();
    long wanted = count;
    List<MaskMatrix> drawn = new ArrayList<>();
    for (MaskMatrix matrix : matrices) {
      BitSet bits = new BitSet();
      for (int i = 0; i < matrix.total(); i++, left--) {
        if (random.nextLong(left) < wanted) {
          bits.set(i);
          wanted--;
        }
      }
      drawn.add(matrix.keeping(bits));
    }
    return drawn;
  }

  /** The {@code count} largest magnitudes of some matrices, found digit by digit. */
  private static List<MaskMatrix> largest(
      List<MaskMatrix> matrices, WeightValues values, long count) {
    long[] high = new long[HIGH_DIGITS];
    for (MaskMatrix matrix : matrices) {
      for (float value : values.of(matrix)) {
        high[magnitude(value) >>> LOW_BITS]++;
      }
    }
    Cut first = Cut.of(high, count);
    long[] low = new long[1 << LOW_BITS];
    for (MaskMatrix matrix : matrices) {
      for (float value : values.of(matrix)) {
        if (magnitude(value) >>> LOW_BITS == first.digit) {
          low[magnitude(value) & (1 << LOW_BITS) - 1]++;
        }
      }
    }
    Cut second = Cut.of(low, first.left);
    int threshold = first.digit << LOW_BITS | second.digit;
    long equals = second.left;
    List<MaskMatrix> kept = new ArrayList<>();
    for (MaskMatrix matrix : matrices) {
      BitSet bits = new BitSet();
      float[] weights = values.of(matrix);
      for (int i = 0; i < weights.length; i++) {
        int magnitude = magnitude(weights[i]);
        if (magnitude > threshold || (magnitude == threshold && equals-- > 0)) {
          bits.set(i);
        }
      }
      kept.add(matrix.keeping(bits));
    }
    return kept;
  }

  private static int magnitude(float value) {
    return Float.floatToRawIntBits(Math.abs(value));
  }

  /**
   * Where the largest ones end.
   *
   * @param digit of the smallest that is among them
   * @param left how many of that digit are
   */
  private record Cut(int digit, long left) {
    static Cut of(long[] histogram, long count) {
      long left = count;
      int digit = histogram.length - 1;
      while (digit > 0 && left > histogram[digit]) {
        left -= histogram[digit--];
      }
      return new Cut(digit, left);
    }
  }
}
