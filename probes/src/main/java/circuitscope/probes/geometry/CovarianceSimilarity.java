package circuitscope.probes.geometry;

/**
 * How alike the spread of the residual stream is in two states: the Frobenius cosine of their
 * covariance matrices, each without its leading direction (Chang and Bergen 2025, section 4.2,
 * after Belrose et al. 2023).
 *
 * <p>With C = XcᵀXc − λ₁v₁v₁ᵀ the similarity is ⟨C_i, C_j⟩ / (‖C_i‖ ‖C_j‖), which is what comes of
 * the singular vectors Σ s_ia² s_jb² (v_ia·v_jb)² without forming them.
 */
final class CovarianceSimilarity {
  private CovarianceSimilarity() {}

  /** The matrix without its leading direction, scaled to Frobenius norm 1 (0 stays 0). */
  static double[] deflated(double[] gram, int d, DenseAlgebra algebra) {
    DenseAlgebra.Direction first = algebra.leading(gram, d);
    double[] v = first.vector();
    double[] rest = gram.clone();
    double squares = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        rest[i * d + j] -= first.value() * v[i] * v[j];
        squares += rest[i * d + j] * rest[i * d + j];
      }
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < rest.length; i++) {
      rest[i] = norm > 0 ? rest[i] / norm : 0;
    }
    return rest;
  }

  /**
   * Similarities of all pairs.
   *
   * @param deflated {@code [state]}: {@link #deflated}
   * @return {@code [state][state]}
   */
  static double[][] of(double[][] deflated) {
    int states = deflated.length;
    double[][] similarity = new double[states][states];
    for (int i = 0; i < states; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < deflated[i].length; k++) {
          sum += deflated[i][k] * deflated[j][k];
        }
        similarity[i][j] = sum;
        similarity[j][i] = sum;
      }
    }
    return similarity;
  }
}
