package circuitscope.heads.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.geometry.DenseAlgebra;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the product multiplied out. */
final class FactoredMatrixTest {
  /** FP64, matrices of at most 40 × 40 with entries near 1. */
  private static final double TOLERANCE = 1e-10;

  @ParameterizedTest
  @CsvSource({"40, 8, 40", "40, 8, 25", "5, 8, 40", "8, 8, 8", "5, 8, 5"})
  void normAndSingularValuesAreThoseOfTheProduct(int rows, int inner, int columns) {
    FactoredMatrix factored = random(rows, inner, columns);
    DMatrixRMaj dense = CommonOps_DDRM.mult(factored.a(), factored.b(), null);

    assertThat(factored.frobenius()).isCloseTo(NormOps_DDRM.normF(dense), within(TOLERANCE));
    double[] expected = SingularOps_DDRM.singularValues(dense);
    Arrays.sort(expected);
    double[] actual = factored.singularValues();
    assertThat(actual).hasSize(Math.min(inner, Math.min(rows, columns)));
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[expected.length - 1 - i], within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 8", "8, 8", "12, 1"})
  void eigenvaluesAreThoseOfTheProductThatAreNotZero(int size, int inner) {
    FactoredMatrix factored = random(size, inner, size);
    DMatrixRMaj dense = CommonOps_DDRM.mult(factored.a(), factored.b(), null);

    double[][] expected = largest(DenseAlgebra.of(size).eigenvalues(dense.data, size), inner);
    double[][] actual = largest(factored.eigenvalues(), inner);
    for (int i = 0; i < inner; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-8)); // eigenvalues up to 50
    }
  }

  @Test
  void aProductThatVanishesHasNoNormAndOnlyZeros() {
    FactoredMatrix factored = new FactoredMatrix(new DMatrixRMaj(6, 2), new DMatrixRMaj(2, 6));

    assertThat(factored.frobenius()).isZero();
    assertThat(factored.singularValues()).containsOnly(0.0);
    assertThat(factored.eigenvalues().real()).containsOnly(0.0);
  }

  @Test
  void columnsThatVanishOrRepeatDoNoHarm() {
    FactoredMatrix whole = random(20, 6, 15);
    for (int row = 0; row < 20; row++) {
      whole.a().set(row, 0, 0);
      whole.a().set(row, 3, 0);
      whole.a().set(row, 5, whole.a().get(row, 4));
    }
    DMatrixRMaj dense = CommonOps_DDRM.mult(whole.a(), whole.b(), null);
    double[] expected = SingularOps_DDRM.singularValues(dense);

    Arrays.sort(expected);
    for (int i = 0; i < 6; i++) {
      assertThat(whole.singularValues()[i])
          .isCloseTo(expected[expected.length - 1 - i], within(TOLERANCE));
    }
    assertThat(expected[expected.length - 3]).isGreaterThan(0.1);
    assertThat(whole.singularValues()[3]).isLessThan(TOLERANCE);
  }

  @Test
  void factorsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new FactoredMatrix(new DMatrixRMaj(6, 2), new DMatrixRMaj(3, 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 3");
    assertThatThrownBy(() -> random(4, 2, 5).eigenvalues())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[4, 5]");
  }

  private static FactoredMatrix random(int rows, int inner, int columns) {
    Random random = new Random(3);
    return new FactoredMatrix(
        RandomMatrices_DDRM.rectangle(rows, inner, -1, 1, random),
        RandomMatrices_DDRM.rectangle(inner, columns, -1, 1, random));
  }

  /** (re, im) of the largest, by modulus, then imaginary part. */
  private static double[][] largest(DenseAlgebra.Spectrum spectrum, int count) {
    double[] re = spectrum.real();
    double[] im = spectrum.imaginary();
    return IntStream.range(0, re.length)
        .mapToObj(i -> new double[] {re[i], im[i]})
        .sorted(
            (x, y) -> {
              double gap = Math.hypot(y[0], y[1]) - Math.hypot(x[0], x[1]);
              return Math.abs(gap) > 1e-9 ? Double.compare(gap, 0) : Double.compare(y[1], x[1]);
            })
        .limit(count)
        .toArray(double[][]::new);
  }
}
