package circuitscope.probes.geometry;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What covariances and cross products of states say beyond one number of alignment. */
final class Subspaces {
  private Subspaces() {}

  /**
   * exp of the entropy of p_i = λ_i/Σλ, the shares of variance along principal directions (Roy and
   * Vetterli 2007, of the covariance's eigenvalues): between 1 and d.
   */
  static double effectiveRank(double[] eigenvalues) {
    double total = Arrays.stream(eigenvalues).filter(value -> value > 0).sum();
    double entropy = 0;
    for (double value : eigenvalues) {
      if (value > 0) {
        entropy -= value / total * Math.log(value / total);
      }
    }
    return Math.exp(entropy);
  }

  /**
   * min over orthogonal Q of ‖XQ − Y‖², with X and Y scaled to norm 1: 2 − 2‖XᵀY‖_*, from 0 (a
   * rotation of each other) to 2 (orthogonal).
   *
   * @param singular values of XᵀY
   */
  static double procrustes(double[] singular, double normX, double normY) {
    return 2 - 2 * Arrays.stream(singular).sum() / (normX * normY);
  }

  /**
   * Principal angles between the spans of the first k of two sets of unit vectors, arccos σ_i(U
   * Vᵀ), in degrees, smallest first.
   *
   * @param u row-major {@code [d, d]}, orthonormal rows, the leading first
   */
  static double[] principalAngles(double[] u, double[] v, int d, int k) {
    double[] cosines = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        for (int x = 0; x < d; x++) {
          cosines[i * k + j] += u[i * d + x] * v[j * d + x];
        }
      }
    }
    return Arrays.stream(EjmlAlgebra.INSTANCE.singularValues(cosines, k))
        .map(cosine -> Math.toDegrees(Math.acos(Math.clamp(cosine, -1, 1))))
        .toArray();
  }

  /** A matrix with its rows and columns multiplied: {@code diag(left)·M·diag(right)}. */
  static double[] scaled(double[] matrix, double[] left, double[] right) {
    int d = right.length;
    return IntStream.range(0, matrix.length)
        .mapToDouble(i -> left[i / d] * matrix[i] * right[i % d])
        .toArray();
  }

  /** The trace of a square matrix: of a covariance the squared norm of its data. */
  static double trace(double[] matrix, int d) {
    return IntStream.range(0, d).mapToDouble(i -> matrix[i * d + i]).sum();
  }
}
