package circuitscope.probes.seed.rope;

/**
 * What rotary embedding itself prefers: B(m) = Σ_i cos(m θ_i), the expected score of a key that
 * matches at distance m, less that of one drawn at random (Men et al. 2024, "Base of RoPE Bounds
 * Context Length").
 */
public final class RotaryPreference {
  /** Beyond this no crossing is looked for. */
  static final int FARTHEST = 1 << 20;

  private RotaryPreference() {}

  /** θ_i = base^(−2i/d), {@code [d / 2]}. */
  public static double[] angles(double base, int dimensions) {
    double[] angles = new double[dimensions / 2];
    for (int i = 0; i < angles.length; i++) {
      angles[i] = Math.pow(base, -2.0 * i / dimensions);
    }
    return angles;
  }

  /** B(m). */
  public static double at(double[] angles, double m) {
    double sum = 0;
    for (double angle : angles) {
      sum += Math.cos(m * angle);
    }
    return sum;
  }

  /** The first m ≥ 1 with B(m) < 0, or −1 when there is none up to {@link #FARTHEST}. */
  public static int firstCrossing(double[] angles) {
    for (int m = 1; m <= FARTHEST; m++) {
      if (at(angles, m) < 0) {
        return m;
      }
    }
    return -1;
  }

  /** The context that the published fit base ≥ 0.0424 L^1.628 allows (fitted for d near 128). */
  public static double fittedContext(double base) {
    return Math.pow(base / 0.0424, 1 / 1.628);
  }
}
