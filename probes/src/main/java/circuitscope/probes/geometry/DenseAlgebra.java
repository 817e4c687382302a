package circuitscope.probes.geometry;

/**
 * The few decompositions of a square matrix that the maps need, in FP64 on the CPU. Matrices are
 * row-major {@code [d, d]} and left as they are. Safe to use from several threads.
 */
public interface DenseAlgebra {

  /** One real number and a vector of length d. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Direction(double value, double[] vector) {}

  /** Eigenvalues, in no particular order; both arrays have length d. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Spectrum(double[] real, double[] imaginary) {}

  /**
   * (A + penalty·I)⁻¹ B for a symmetric positive semidefinite A and a positive penalty.
   *
   * @throws ArithmeticException if A + penalty·I is not positive definite
   */
  double[] ridge(double[] a, double[] b, double penalty, int d);

  /** Eigenvalues of any real matrix. */
  Spectrum eigenvalues(double[] a, int d);

  /** The largest eigenvalue of a symmetric matrix and its unit eigenvector. */
  Direction leading(double[] a, int d);

  /**
   * Eigenvalues of a symmetric matrix, largest first.
   *
   * @param vectors row-major {@code [d, d]}, a unit eigenvector a row
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Eigen(double[] values, double[] vectors) {}

  /** All eigenvalues and eigenvectors of a symmetric matrix. */
  Eigen symmetric(double[] a, int d);

  /** Singular values of any real matrix, largest first. */
  double[] singularValues(double[] a, int d);

  /** EJML up to d = 512; LAPACK above, where it is many times faster. */
  static DenseAlgebra of(int d) {
    return d <= 512 ? EjmlAlgebra.INSTANCE : LapackAlgebra.INSTANCE;
  }

  /** For hundreds of decompositions in one analysis: LAPACK above d = 128. */
  static DenseAlgebra ofMany(int d) {
    return d <= 128 ? EjmlAlgebra.INSTANCE : LapackAlgebra.INSTANCE;
  }
}
