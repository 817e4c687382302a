package circuitscope.probes.seed.acceptance;

import java.util.Random;

/**
 * Chances that a draft is accepted by speculative sampling, in the literature's symbols: p the
 * draft's distribution, q the target's, α = Σ_v min(p(v), q(v)) = 1 − TV.
 */
public final class Acceptance {
  private Acceptance() {}

  /** α of one pair of distributions over the same tokens. */
  public static double overlap(double[] p, double[] q) {
    double sum = 0;
    for (int v = 0; v < p.length; v++) {
      sum += Math.min(p[v], q[v]);
    }
    return sum;
  }

  /** Expected tokens a call of the target, drafting γ at constant α: (1 − α^{γ+1}) / (1 − α). */
  public static double tokensPerCall(double alpha, int gamma) {
    return alpha == 1 ? gamma + 1 : (1 - Math.pow(alpha, gamma + 1)) / (1 - alpha);
  }

  /**
   * The same for the measured sequence: 1 + Σ_i Π_{j<i} α_{t+j}, the mean over starts t.
   *
   * @param alphas {@code [position]}, at least {@code gamma} of them
   */
  public static double tokensPerCall(double[] alphas, int gamma) {
    double sum = 0;
    int starts = alphas.length - gamma + 1;
    for (int t = 0; t < starts; t++) {
      double reached = 1;
      sum += 1;
      for (int i = 0; i < gamma; i++) {
        reached *= alphas[t + i];
        sum += reached;
      }
    }
    return sum / starts;
  }

  /**
   * One draw of 1 − Π_k (1 − α_k) with candidates drawn without replacement (Jeon et al. 2024,
   * RSD): after x was rejected the target is ∝ max(q − p, 0) and the draft is p without x. The mean
   * over draws is the exact chance that one of {@code width} candidates is accepted.
   */
  public static double withoutReplacement(double[] p, double[] q, int width, Random random) {
    double[] draft = p.clone();
    double[] target = q.clone();
    double rejected = 1;
    for (int k = 0; k < width; k++) {
      double alpha = overlap(draft, target);
      rejected *= Math.max(0, 1 - alpha);
      // what is left when the draft has nothing that the target lacks is rounding
      if (k + 1 == width || rejected < 1e-9) {
        break;
      }
      int x = drawRejected(draft, target, random);
      for (int v = 0; v < draft.length; v++) {
        target[v] = Math.max(target[v] - draft[v], 0);
      }
      draft[x] = 0;
      if (!normalise(target) || !normalise(draft)) {
        break;
      }
    }
    return 1 - rejected;
  }

  /** A token drawn from p given that it was rejected: ∝ max(p − q, 0). */
  private static int drawRejected(double[] p, double[] q, Random random) {
    double total = 0;
    for (int v = 0; v < p.length; v++) {
      total += Math.max(p[v] - q[v], 0);
    }
    double left = random.nextDouble() * total;
    int last = 0;
    for (int v = 0; v < p.length; v++) {
      double excess = Math.max(p[v] - q[v], 0);
      if (excess > 0) {
        last = v;
        left -= excess;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  private static boolean normalise(double[] weights) {
    double sum = 0;
    for (double one : weights) {
      sum += one;
    }
    for (int v = 0; v < weights.length; v++) {
      weights[v] /= sum;
    }
    return sum > 0;
  }
}
