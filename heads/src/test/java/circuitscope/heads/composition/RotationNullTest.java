package circuitscope.heads.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

/** The closed form against rotations that are drawn. */
final class RotationNullTest {
  private static final int D = 24;
  private static final int DRAWS = 4000;

  @Test
  void meanAndDeviationAreThoseOfDrawnRotations() {
    Random random = new Random(17);
    DMatrixRMaj a = decaying(5, 1, random); // [5, D]
    DMatrixRMaj b = decaying(9, 0, random);
    RotationNull chance = new RotationNull(D);

    double[] squares = new double[DRAWS];
    Arrays.setAll(squares, i -> Math.pow(turned(a, b, random), 2));
    double mean = Arrays.stream(squares).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(squares).map(x -> (x - mean) * (x - mean)).sum() / (DRAWS - 1));

    double expected = chance.deviation(participation(a), participation(b));
    // Four standard errors of a mean; the deviation's own is near 1/√(2·4000) = 1.1 %, more for
    // the tails that these squares have.
    assertThat(mean).isCloseTo(1.0 / D, within(4 * expected / Math.sqrt(DRAWS)));
    assertThat(deviation / expected).isCloseTo(1, within(0.06));
    double[] interval = chance.interval(participation(a), participation(b));
    double inside =
        Arrays.stream(squares)
                .map(Math::sqrt)
                .filter(s -> s > interval[0] && s < interval[1])
                .count()
            / (double) DRAWS;
    assertThat(inside).isBetween(0.93, 0.97);
  }

  @Test
  void whatFillsTheWholeSpaceEquallyIsTheSameUnderEveryRotation() {
    RotationNull chance = new RotationNull(D);

    assertThat(chance.deviation(1.0 / D, 0.3)).isZero();
    assertThat(chance.z(0.5, 1.0 / D, 0.3)).isNaN();
    assertThat(chance.expected()).isCloseTo(Math.sqrt(1.0 / D), within(1e-15));
  }

  @Test
  void aScoreAtTheUpperEndOfTheIntervalIsNearlyTwoDeviationsUp() {
    RotationNull chance = new RotationNull(D);

    double upper = chance.interval(0.4, 0.3)[1];
    assertThat(chance.z(upper, 0.4, 0.3)).isCloseTo(1.96, within(1e-3));
    assertThat(chance.z(chance.expected(), 0.4, 0.3)).isCloseTo(0, within(1e-9));
  }

  /** ‖A·R·Bᵀ‖ / (‖A‖·‖B‖) for a fresh uniform R. */
  private static double turned(DMatrixRMaj a, DMatrixRMaj b, Random random) {
    DMatrixRMaj rotation = RotatedSpectra.frame(D, D, random);
    DMatrixRMaj left = CommonOps_DDRM.mult(a, rotation, null);
    DMatrixRMaj product = CommonOps_DDRM.multTransB(left, b, null);
    return NormOps_DDRM.normF(product) / NormOps_DDRM.normF(a) / NormOps_DDRM.normF(b);
  }

  /** Σσ⁴/(Σσ²)². */
  private static double participation(DMatrixRMaj a) {
    DMatrixRMaj gram = CommonOps_DDRM.multTransB(a, a, null);
    double trace = CommonOps_DDRM.trace(gram);
    return Math.pow(NormOps_DDRM.normF(gram) / trace, 2);
  }

  /** Rows that shrink with their number to that power. */
  private static DMatrixRMaj decaying(int rank, double power, Random random) {
    DMatrixRMaj matrix = RandomMatrices_DDRM.rectangle(rank, D, -1, 1, random);
    for (int row = 0; row < rank; row++) {
      for (int column = 0; column < D; column++) {
        matrix.set(row, column, matrix.get(row, column) / Math.pow(row + 1, power));
      }
    }
    return matrix;
  }
}
