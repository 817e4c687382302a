package circuitscope.probes.seed.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class AcceptanceTest {
  private static final double[] DRAFT = {.6, .3, .1};
  private static final double[] TARGET = {.2, .3, .5};

  /**
   * Only token 0 is ever rejected, with .4. Then the target is token 2 alone and the draft (0, ¾,
   * ¼): α_2 = ¼. Of two candidates one is accepted with 1 − .4 · ¾ = .7.
   */
  private static final double OF_TWO = .7;

  /** Ten standard deviations of 200,000 coins. */
  private static final double CHANCE = 10 * .5 / Math.sqrt(200_000);

  @Test
  void whatDistributionsShareIsAccepted() {
    assertThat(Acceptance.overlap(DRAFT, TARGET)).isCloseTo(.6, within(1e-12));
    assertThat(Acceptance.overlap(TARGET, TARGET)).isCloseTo(1, within(1e-12));
  }

  @Test
  void tokensACallAreAGeometricSum() {
    assertThat(Acceptance.tokensPerCall(.5, 2)).isCloseTo(1 + .5 + .25, within(1e-12));
    assertThat(Acceptance.tokensPerCall(1, 4)).isEqualTo(5);
    assertThat(Acceptance.tokensPerCall(new double[] {.5, .5, .5}, 2))
        .isCloseTo(1.75, within(1e-12));
    // 1 + 1 + 0 and 1 + 0 + 0: not what the mean α of ⅓ says.
    assertThat(Acceptance.tokensPerCall(new double[] {1, 0, 0}, 2)).isCloseTo(1.5, within(1e-12));
  }

  @Test
  void theRecursionEqualsItsValueByHandAndTheSamplingThatItDescribes() {
    Random random = new Random(1);
    double recursion = 0;
    double sampling = 0;
    for (int i = 0; i < 200_000; i++) {
      recursion += Acceptance.withoutReplacement(DRAFT, TARGET, 2, random) / 200_000;
      sampling += accepted(DRAFT, TARGET, 2, random) ? 1.0 / 200_000 : 0;
    }
    assertThat(recursion).isCloseTo(OF_TWO, within(CHANCE));
    assertThat(sampling).isCloseTo(OF_TWO, within(CHANCE));
  }

  @Test
  void theyAgreeWhereNothingIsSymmetric() {
    double[] p = {.45, .25, .2, .07, .03};
    double[] q = {.1, .3, .05, .25, .3};
    Random random = new Random(2);
    for (int width = 1; width <= 4; width++) {
      double recursion = 0;
      double sampling = 0;
      for (int i = 0; i < 200_000; i++) {
        recursion += Acceptance.withoutReplacement(p, q, width, random) / 200_000;
        sampling += accepted(p, q, width, random) ? 1.0 / 200_000 : 0;
      }
      assertThat(sampling).as("width %d", width).isCloseTo(recursion, within(CHANCE));
    }
  }

  /** Draws candidates without replacement and accepts or rejects them one by one. */
  private static boolean accepted(double[] p, double[] q, int width, Random random) {
    double[] draft = p.clone();
    double[] target = q.clone();
    for (int k = 0; k < width; k++) {
      int x = drawn(draft, random);
      if (random.nextDouble() < target[x] / draft[x]) {
        return true;
      }
      double left = 0;
      for (int v = 0; v < p.length; v++) {
        target[v] = Math.max(0, target[v] - draft[v]);
        left += target[v];
      }
      double rest = 1 - draft[x];
      draft[x] = 0;
      for (int v = 0; v < p.length; v++) {
        target[v] /= left;
        draft[v] /= rest;
      }
    }
    return false;
  }

  private static int drawn(double[] p, Random random) {
    double left = random.nextDouble();
    int x = 0;
    while (x < p.length - 1 && (left -= p[x]) >= 0) {
      x++;
    }
    return x;
  }
}
