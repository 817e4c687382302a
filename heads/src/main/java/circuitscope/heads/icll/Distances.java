package circuitscope.heads.icll;

import java.util.Arrays;

/** How far two distributions over the same symbols are from each other. */
public final class Distances {
  /** Added inside the logarithms, as the published code does: learners give symbols 0. */
  static final double IN_LOGARITHM = 1e-7;

  private Distances() {}

  /** L1 distance Σ |p − q|, 0 to 2: what the published code calls the distance. */
  public static double l1(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs(p[i] - q[i]);
    }
    return sum;
  }

  /** Total variation distance, half of L1: 0 to 1. */
  public static double tvd(double[] p, double[] q) {
    return l1(p, q) / 2;
  }

  /** Σ p·(ln(p + 1e-7) − ln(q + 1e-7)), KL(p ‖ q) in nats but for the 1e-7. */
  public static double klNats(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] * (Math.log(p[i] + IN_LOGARITHM) - Math.log(q[i] + IN_LOGARITHM));
    }
    return sum;
  }

  /** The same shares of 1; all zeros stay so. */
  static double[] normalised(double[] values) {
    double sum = Arrays.stream(values).sum();
    return sum == 0 ? values : Arrays.stream(values).map(value -> value / sum).toArray();
  }

  static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
