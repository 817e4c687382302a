package circuitscope.probes.tuned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Divergences by hand, and their bounds, in FP64. */
final class DivergenceTest {
  private static final double TOLERANCE = 1e-12;

  /** p = (1/2, 1/2, 0), q = (1/2, 0, 1/2), where 0 is e^−60 of logarithms. */
  @Test
  void threeOutcomesByHand() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double half = Math.log(0.5);
      NDArray p = manager.create(new double[] {half, half, -60}, new Shape(1, 3));
      NDArray q = manager.create(new double[] {half, -60, half}, new Shape(1, 3));

      assertThat(Divergence.TOTAL_VARIATION.of(p, q).toDoubleArray()[0])
          .isCloseTo(0.5, within(TOLERANCE));
      assertThat(Divergence.JENSEN_SHANNON.of(p, q).toDoubleArray()[0])
          .isCloseTo(Math.log(2) / 2, within(TOLERANCE));
      assertThat(Divergence.KL.of(p, q).toDoubleArray()[0])
          .isCloseTo((60 + half) / 2, within(TOLERANCE));
      assertThat(Divergence.KL.of(p, p).toDoubleArray()[0]).isZero();
    }
  }

  @Test
  void jensenShannonIsSymmetricAndBelowLn2AndTotalVariationIsHalfOfL1() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (double scale : new double[] {0.1, 3, 40}) {
        NDArray p = logProbs(manager, scale);
        NDArray q = logProbs(manager, scale);
        double[] js = Divergence.JENSEN_SHANNON.of(p, q).toDoubleArray();
        double[] back = Divergence.JENSEN_SHANNON.of(q, p).toDoubleArray();
        double[] tv = Divergence.TOTAL_VARIATION.of(p, q).toDoubleArray();
        double[] a = p.exp().toDoubleArray();
        double[] b = q.exp().toDoubleArray();
        for (int row = 0; row < 20; row++) {
          assertThat(js[row]).isBetween(-TOLERANCE, Math.log(2) + TOLERANCE);
          assertThat(back[row]).isCloseTo(js[row], within(TOLERANCE));
          double l1 =
              IntStream.range(row * 50, row * 50 + 50)
                  .mapToDouble(i -> Math.abs(a[i] - b[i]))
                  .sum();
          assertThat(tv[row]).isCloseTo(l1 / 2, within(TOLERANCE)).isBetween(0.0, 1 + TOLERANCE);
        }
      }
    }
  }

  private static NDArray logProbs(NDManager manager, double scale) {
    return manager
        .randomNormal(0, (float) scale, new Shape(20, 50), DataType.FLOAT64)
        .logSoftmax(-1);
  }
}
