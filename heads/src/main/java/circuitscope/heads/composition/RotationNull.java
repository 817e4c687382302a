package circuitscope.heads.composition;

/**
 * What composition is by chance: of an earlier factor A (with G = AᵀA, d × d) and a later one B (H
 * = BBᵀ) whose singular bases are turned at random against each other, s² = tr(G·R·H·Rᵀ) / (tr G ·
 * tr H) over rotations R drawn uniformly from O(d).
 *
 * <p>E[s²] = 1/d, whatever the spectra, since E[R·H·Rᵀ] = (tr H/d)·I. With G₀ and H₀ their parts
 * without trace, Var[s²] = 2/((d−1)(d+2)) · ‖G₀‖²‖H₀‖² / (tr G · tr H)², because R acts on the
 * traceless symmetric matrices irreducibly and these have (d−1)(d+2)/2 dimensions (Schur's
 * orthogonality relations). ‖G₀‖²/(tr G)² = p − 1/d with the participation p = Σσ⁴/(Σσ²)², which is
 * 1 over the number of directions that count.
 *
 * @param d dModel
 */
public record RotationNull(int d) {
  private static final double Z95 = 1.959964;

  /** √E[s²], the same for every pair. */
  public double expected() {
    return 1 / Math.sqrt(d);
  }

  /**
   * Standard deviation of s².
   *
   * @param earlier participation of A, 1/d to 1
   * @param later participation of B
   */
  public double deviation(double earlier, double later) {
    double left = Math.max(0, earlier - 1.0 / d);
    double right = Math.max(0, later - 1.0 / d);
    return Math.sqrt(2 * left * right / ((d - 1.0) * (d + 2.0)));
  }

  /** Standard deviations of s² above chance; NaN where chance leaves no room. */
  public double z(double score, double earlier, double later) {
    double deviation = deviation(earlier, later);
    return deviation > 0 ? (score * score - 1.0 / d) / deviation : Double.NaN;
  }

  /** What 95 of 100 random rotations stay below and above, were s² normal: {low, high}. */
  public double[] interval(double earlier, double later) {
    double half = Z95 * deviation(earlier, later);
    return new double[] {
      Math.sqrt(Math.max(0, 1.0 / d - half)), Math.sqrt(1.0 / d + half),
    };
  }
}
