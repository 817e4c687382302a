package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both nulls against every outcome that they speak of, counted one by one. */
class OverlapTest {
  /** Doubles after a few dozen operations on numbers below a thousand. */
  private static final double ROUNDING = 1e-11;

  private static Mask mask(String name, MaskMatrix... matrices) {
    return Mask.of(name, List.of(matrices), MaskProvenance.NONE);
  }

  @Test
  void theUniformNullIsTheMeanAndVarianceOverAllPairsOfSets() {
    int size = 10;
    MaskMatrix a = Samples.matrix("w", 2, 5, 0.4, 1);
    MaskMatrix b = Samples.matrix("w", 2, 5, 0.6, 2);
    List<Integer> outcomes = new ArrayList<>();
    for (int bits = 0; bits < 1 << size; bits++) {
      if (Integer.bitCount(bits) == b.active()) {
        BitSet drawn = BitSet.valueOf(new long[] {bits});
        drawn.and(a.bits());
        outcomes.add(drawn.cardinality());
      }
    }

    Overlap overlap = Overlap.of(mask("a", a), mask("b", b));

    assertThat(overlap.uniform().mean()).isCloseTo(mean(outcomes), within(ROUNDING));
    assertThat(overlap.uniform().variance()).isCloseTo(variance(outcomes), within(ROUNDING));
    double tail =
        (double) outcomes.stream().filter(x -> x >= overlap.both()).count() / outcomes.size();
    assertThat(Math.pow(10, overlap.uniform().log10Tail())).isGreaterThanOrEqualTo(tail);
  }

  /** More rows than twice the columns take the other way to the sum of squares. */
  @ParameterizedTest
  @CsvSource({"6, 9", "6, 2", "7, 3", "5, 70", "2, 1", "1, 8"})
  void theRowShuffleNullIsTheMeanAndVarianceOverAllOrdersOfTheRows(int rows, int columns) {
    MaskMatrix a = Samples.matrix("w", rows, columns, 0.5, 3);
    MaskMatrix b = Samples.matrix("w", rows, columns, 0.3, 4);
    List<Integer> outcomes = new ArrayList<>();
    permute(new int[rows], 0, new boolean[rows], order -> outcomes.add(common(a, b, order)));

    Overlap overlap = Overlap.of(mask("a", a), mask("b", b));

    assertThat(overlap.rowShuffle().mean()).isCloseTo(mean(outcomes), within(ROUNDING));
    assertThat(overlap.rowShuffle().variance()).isCloseTo(variance(outcomes), within(ROUNDING));
    double tail =
        (double) outcomes.stream().filter(x -> x >= overlap.both()).count() / outcomes.size();
    assertThat(Math.pow(10, overlap.rowShuffle().log10Tail())).isGreaterThanOrEqualTo(tail);
  }

  private static int common(MaskMatrix a, MaskMatrix b, int[] order) {
    int common = 0;
    for (int row = 0; row < a.rows(); row++) {
      for (int column = 0; column < a.columns(); column++) {
        common += a.keeps(row, column) && b.keeps(order[row], column) ? 1 : 0;
      }
    }
    return common;
  }

  private static void permute(
      int[] order, int at, boolean[] used, java.util.function.Consumer<int[]> action) {
    if (at == order.length) {
      action.accept(order);
      return;
    }
    for (int row = 0; row < order.length; row++) {
      if (!used[row]) {
        used[row] = true;
        order[at] = row;
        permute(order, at + 1, used, action);
        used[row] = false;
      }
    }
  }

  @Test
  void blocksAddUpAndTheBoundHoldsForTheirSum() {
    Random random = new Random(9);
    MaskMatrix a0 = Samples.matrix("v", 8, 8, 0.2, 5);
    MaskMatrix b0 = Samples.matrix("v", 8, 8, 0.3, 6);
    MaskMatrix a1 = Samples.matrix("w", 4, 16, 0.1, 7);
    MaskMatrix b1 = Samples.matrix("w", 4, 16, 0.5, 8);
    List<Integer> outcomes = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      outcomes.add(drawn(random, a0, b0) + drawn(random, a1, b1));
    }

    Overlap overlap = Overlap.of(mask("a", a0, a1), mask("b", b0, b1));

    // Four standard errors of a mean, and of a variance, over the draws.
    double spread = Math.sqrt(overlap.uniform().variance() / outcomes.size());
    assertThat(mean(outcomes)).isCloseTo(overlap.uniform().mean(), within(4 * spread));
    assertThat(variance(outcomes) / overlap.uniform().variance())
        .isCloseTo(1, within(4 * Math.sqrt(2.0 / outcomes.size())));
    double far = overlap.uniform().mean() + 2 * Math.sqrt(overlap.uniform().variance());
    List<Hypergeometric> draws =
        List.of(
            new Hypergeometric(64, a0.active(), b0.active()),
            new Hypergeometric(64, a1.active(), b1.active()));
    double tail = (double) outcomes.stream().filter(x -> x >= far).count() / outcomes.size();
    double bound = Math.pow(10, Hypergeometric.log10Tail(draws, (long) Math.ceil(far)));
    assertThat(bound).isBetween(tail, 0.5);
  }

  private static int drawn(Random random, MaskMatrix a, MaskMatrix b) {
    BitSet bits = RandomMasks.draw(random, b.total(), b.active());
    bits.and(a.bits());
    return bits.cardinality();
  }

  @Test
  void aMaskOverlapsItselfWhollyAndItsComplementNowhere() {
    Mask mask = Samples.mask(1);

    Overlap itself = Overlap.of(mask, mask);
    Overlap apart = Overlap.of(mask, MaskAlgebra.complement(mask));

    assertThat(itself.iou()).isEqualTo(1);
    assertThat(itself.shareOfA()).isEqualTo(1);
    assertThat(itself.both()).isEqualTo(mask.active());
    assertThat(itself.uniform().z()).isPositive();
    assertThat(apart.both()).isZero();
    assertThat(apart.uniform().log10Tail()).isZero();
  }

  private static double mean(List<Integer> outcomes) {
    return outcomes.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  private static double variance(List<Integer> outcomes) {
    double mean = mean(outcomes);
    return outcomes.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }
}
