package circuitscope.probes.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations against each other and against what is known without either. */
final class DenseAlgebraTest {
  /** Products of 96 FP64 terms, of a matrix with a condition number below 1e4. */
  private static final double TOLERANCE = 1e-9;

  private static final int D = 96;

  static List<DenseAlgebra> implementations() {
    return List.of(EjmlAlgebra.INSTANCE, LapackAlgebra.INSTANCE);
  }

  @Test
  void lapackEqualsEjml() {
    double[] x = normal(D * D, 1);
    double[] gram = gram(x);
    DenseAlgebra ejml = EjmlAlgebra.INSTANCE;
    DenseAlgebra lapack = LapackAlgebra.INSTANCE;

    assertThat(lapack.ridge(gram, x, 1, D))
        .containsExactly(ejml.ridge(gram, x, 1, D), within(TOLERANCE));
    assertThat(sorted(lapack.eigenvalues(x, D)))
        .containsExactly(sorted(ejml.eigenvalues(x, D)), within(TOLERANCE));
    DenseAlgebra.Direction a = lapack.leading(gram, D);
    DenseAlgebra.Direction b = ejml.leading(gram, D);
    assertThat(a.value()).isCloseTo(b.value(), within(TOLERANCE * b.value()));
    double cosine = IntStream.range(0, D).mapToDouble(i -> a.vector()[i] * b.vector()[i]).sum();
    assertThat(Math.abs(cosine)).isCloseTo(1, within(TOLERANCE));
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void ridgeOfItselfShrinksAndDoesNotTurn(DenseAlgebra one) {
    double[] gram = gram(normal(D * D, 2));

    Rotation rotation = Rotation.of(gram, gram, D, one);

    assertThat(rotation.degrees()).isZero();
    assertThat(Arrays.stream(rotation.spectrum().real())).allMatch(value -> value > 0 && value < 1);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void aKnownRotationGivesItsAngle(DenseAlgebra one) {
    double degrees = 37;
    double[] gram = new double[D * D]; // so large that the penalty does not count
    double[] cross = new double[D * D];
    double cos = 1e12 * Math.cos(Math.toRadians(degrees));
    double sin = 1e12 * Math.sin(Math.toRadians(degrees));
    for (int i = 0; i < D; i += 2) {
      gram[i * D + i] = 1e12;
      gram[(i + 1) * D + i + 1] = 1e12;
      cross[i * D + i] = cos;
      cross[i * D + i + 1] = -sin;
      cross[(i + 1) * D + i] = sin;
      cross[(i + 1) * D + i + 1] = cos;
    }

    Rotation rotation = Rotation.of(gram, cross, D, one);

    assertThat(rotation.degrees()).isCloseTo(degrees, within(TOLERANCE));
    assertThat(rotation.modulus()).isCloseTo(1, within(TOLERANCE));
    assertThat(rotation.nearZero()).isZero();
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void covariancesResembleThemselvesWhollyWhateverTheirSize(DenseAlgebra one) {
    double[] gram = gram(normal(D * D, 3));
    double[] larger = Arrays.stream(gram).map(value -> 50 * value).toArray();
    double[] other = gram(normal(D * D, 4));
    double[][] deflated =
        Arrays.stream(new double[][] {gram, larger, other})
            .map(matrix -> CovarianceSimilarity.deflated(matrix, D, one))
            .toArray(double[][]::new);

    double[][] similarity = CovarianceSimilarity.of(deflated);

    assertThat(similarity[0][0]).isCloseTo(1, within(TOLERANCE));
    assertThat(similarity[0][1]).isCloseTo(1, within(TOLERANCE));
    assertThat(similarity[0][2]).isEqualTo(similarity[2][0]).isBetween(0.0, 0.9);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void whatIsNotPositiveDefiniteIsRefused(DenseAlgebra one) {
    double[] negative = new double[] {-5, 0, 0, -5};

    assertThatThrownBy(() -> one.ridge(negative, negative, 1, 2))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("not positive definite");
  }

  @Test
  void vanishingEigenvaluesAreCounted() {
    Rotation rotation =
        Rotation.of(
            new DenseAlgebra.Spectrum(new double[] {2, -1, 1e-9, 0}, new double[] {0, 0, 0, 3}));

    assertThat(rotation.nearZero()).isEqualTo(1);
    assertThat(rotation.degrees()).isCloseTo(45, within(TOLERANCE)); // of 0, 0, 90, 180
    assertThat(rotation.modulus()).isCloseTo(1.5, within(TOLERANCE));
  }

  private static double[] normal(int count, long seed) {
    Random random = new Random(seed);
    return random.doubles(count).map(uniform -> uniform - 0.5).toArray();
  }

  /** XᵀX + I, so that the condition number stays small. */
  private static double[] gram(double[] x) {
    double[] gram = new double[D * D];
    for (int i = 0; i < D; i++) {
      for (int j = 0; j < D; j++) {
        for (int k = 0; k < D; k++) {
          gram[i * D + j] += x[k * D + i] * x[k * D + j];
        }
      }
      gram[i * D + i] += 1;
    }
    return gram;
  }

  /** Real parts, then imaginary parts, each in ascending order. */
  private static double[] sorted(DenseAlgebra.Spectrum spectrum) {
    double[] real = spectrum.real().clone();
    double[] imaginary = spectrum.imaginary().clone();
    Arrays.sort(real);
    Arrays.sort(imaginary);
    return IntStream.range(0, 2 * D).mapToDouble(i -> i < D ? real[i] : imaginary[i - D]).toArray();
  }
}
