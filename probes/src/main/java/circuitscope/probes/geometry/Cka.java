package circuitscope.probes.geometry;

/**
 * Linear centred kernel alignment from sums over tokens (Kornblith et al. 2019), and its debiased
 * form with HSIC₁ of Song et al. 2012, as Nguyen et al. 2021 use it.
 *
 * <p>With centred features the Gram matrices need not be formed: tr KL = ‖XᵀY‖², and of the
 * matrices with zero diagonals tr K̃L̃ = ‖XᵀY‖² − w, 1ᵀK̃1 = −Σ‖x_i‖² and 1ᵀK̃L̃1 = w, where w =
 * Σ‖x_i‖²‖y_i‖².
 *
 * @param products {@code [state][state]} ‖X_iᵀX_j‖²
 * @param diagonals {@code [state][state]} w
 * @param traces {@code [state]} Σ‖x_i‖²
 * @param tokens n
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Cka(double[][] products, double[][] diagonals, double[] traces, long tokens) {

  /** ‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖), {@code [state][state]}. */
  double[][] linear() {
    return normalised(products);
  }

  /**
   * HSIC₁(K, L) / √(HSIC₁(K, K) HSIC₁(L, L)), {@code [state][state]}: about 0 of what is unrelated.
   */
  double[][] debiased() {
    int states = traces.length;
    double n = tokens;
    double[][] hsic = new double[states][states];
    for (int i = 0; i < states; i++) {
      for (int j = 0; j < states; j++) {
        double w = diagonals[i][j];
        hsic[i][j] =
            products[i][j] - w + traces[i] * traces[j] / ((n - 1) * (n - 2)) - 2 * w / (n - 2);
      }
    }
    return normalised(hsic);
  }

  private static double[][] normalised(double[][] pairs) {
    double[][] cosines = new double[pairs.length][pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      for (int j = 0; j < pairs.length; j++) {
        cosines[i][j] = pairs[i][j] / Math.sqrt(pairs[i][i] * pairs[j][j]);
      }
    }
    return cosines;
  }
}
