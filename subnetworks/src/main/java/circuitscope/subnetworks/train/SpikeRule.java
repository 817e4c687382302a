package circuitscope.subnetworks.train;

/**
 * Whether a training run was unstable, by the published code's rule on the cross-entropy of each
 * step (method sheet of Chang and Bergen 2025, section 6).
 *
 * <p>A step spikes when its loss exceeds the mean of the up to 10 losses before it by 0.25, or by a
 * quarter. A run is unstable when it spikes in its last 100 steps, or when after a spike no loss up
 * to 100 steps before the end came back to that mean.
 */
public final class SpikeRule {
  private static final int WINDOW = 10;
  private static final int SETTLED = 100;
  private static final double ABSOLUTE_NATS = 0.25;
  private static final double RELATIVE = 1.25;

  private SpikeRule() {}

  /**
   * Applies the rule; of runs that are too short to settle it says nothing.
   *
   * @param losses cross-entropy of each optimiser step in nats, without the sparsity term
   */
  public static boolean unstable(float[] losses) {
    int n = losses.length;
    if (n < 2 * SETTLED) {
      return false;
    }
    for (int i = 1; i < n; i++) {
      double mean = meanBefore(losses, i);
      if (losses[i] > mean + ABSOLUTE_NATS || losses[i] > RELATIVE * mean) {
        if (i >= n - SETTLED || least(losses, i, n - SETTLED) > mean) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of the up to 10 losses before step i. */
  private static double meanBefore(float[] losses, int i) {
    int from = Math.max(0, i - WINDOW);
    double sum = 0;
    for (int j = from; j < i; j++) {
      sum += losses[j];
    }
    return sum / (i - from);
  }

  private static double least(float[] losses, int from, int to) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = from; i < to; i++) {
      least = Math.min(least, losses[i]);
    }
    return least;
  }
}
