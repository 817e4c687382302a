package circuitscope.subnetworks.mask;

import java.util.List;

/**
 * The overlap of two random sets of {@code k0} and {@code k1} among {@code size} weights.
 *
 * @param size all weights, N
 */
record Hypergeometric(int size, int k0, int k1) {

  /** k0·k1/N. */
  double mean() {
    return size == 0 ? 0 : (double) k0 * k1 / size;
  }

  /** k0·k1·(N−k0)·(N−k1) / (N²·(N−1)). */
  double variance() {
    if (size < 2) {
      return 0;
    }
    double n = size;
    return mean() * ((n - k0) / n) * ((n - k1) / (n - 1));
  }

  /**
   * The logarithm of a bound on E exp(tX): that of the binomial which draws with replacement
   * (Hoeffding 1963, theorem 4), the fewer draws being the tighter.
   */
  private double logMoment(double t) {
    double draws = Math.min(k0, k1);
    double p = size == 0 ? 0 : (double) Math.max(k0, k1) / size;
    // log(1 − p + p·eᵗ) for any t ≥ 0
    return draws == 0 || p == 0 ? 0 : draws * (t + Math.log(p + (1 - p) * Math.exp(-t)));
  }

  /**
   * Chernoff: log₁₀ of min over t of exp(−t·x)·Π E exp(tX), a bound on P(ΣX ≥ x); 0 up to the mean.
   */
  static double log10Tail(List<Hypergeometric> independent, long x) {
    double mean = independent.stream().mapToDouble(Hypergeometric::mean).sum();
    if (x <= mean) {
      return 0;
    }
    // The exponent is convex in t: ternary search between 0 and where eᵗ no longer matters.
    double low = 0;
    double high = 60;
    for (int i = 0; i < 200; i++) {
      double left = low + (high - low) / 3;
      double right = high - (high - low) / 3;
      if (exponent(independent, left, x) < exponent(independent, right, x)) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.min(0, exponent(independent, (low + high) / 2, x)) / Math.log(10);
  }

  private static double exponent(List<Hypergeometric> independent, double t, long x) {
    return independent.stream().mapToDouble(one -> one.logMoment(t)).sum() - t * x;
  }
}
