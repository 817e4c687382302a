package circuitscope.probes.geometry;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * By how much the best linear map from one state of the residual stream to another turns it.
 *
 * <p>The map is ridge regression with an unpenalised intercept, W = (XcᵀXc + λI)⁻¹ XcᵀYc, λ = 1, on
 * centred data. Of its d eigenvalues the angle |arg| to the positive real axis says how much a
 * direction turns (0° not at all, 180° is reversed) and the modulus how much it stretches; both are
 * reported as medians (Chang and Bergen 2025, section 4.2).
 *
 * @param degrees median angle, 0 to 180
 * @param modulus median modulus
 * @param nearZero eigenvalues below {@value #NEAR_ZERO} of the largest modulus, whose angles mean
 *     little; they are counted in the medians all the same
 * @param spectrum the eigenvalues
 */
public record Rotation(
    double degrees, double modulus, int nearZero, DenseAlgebra.Spectrum spectrum) {
  public static final double PENALTY = 1.0;
  public static final double NEAR_ZERO = 1e-4;

  /**
   * The rotation between two states.
   *
   * @param gram centred XᵀX, row-major {@code [d, d]}
   * @param cross centred XᵀY, row-major {@code [d, d]}
   */
  static Rotation of(double[] gram, double[] cross, int d, DenseAlgebra algebra) {
    double[] map = algebra.ridge(gram, cross, PENALTY, d);
    return of(algebra.eigenvalues(map, d));
  }

  /** The rotation of a map with those eigenvalues. */
  static Rotation of(DenseAlgebra.Spectrum spectrum) {
    int d = spectrum.real().length;
    double[] angles = new double[d];
    double[] moduli = new double[d];
    for (int i = 0; i < d; i++) {
      double re = spectrum.real()[i];
      double im = spectrum.imaginary()[i];
      angles[i] = Math.toDegrees(Math.abs(Math.atan2(im, re)));
      moduli[i] = Math.hypot(re, im);
    }
    double floor = NEAR_ZERO * Arrays.stream(moduli).max().orElse(0);
    int nearZero = (int) IntStream.range(0, d).filter(i -> moduli[i] <= floor).count();
    return new Rotation(median(angles), median(moduli), nearZero, spectrum);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
