package circuitscope.heads.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CollapseTest {
  private static final int BEYOND = 100;

  @Test
  void oneBadTokenAmongFewRecomputedOnesIsNoCollapse() {
    float[] losses = constant(4000, 2);
    losses[2000] = 9; // 7 nats above: less than 1 over 8 tokens
    assertThat(curve(losses).collapse(curve(everyHundredth(4000)))).isNull();
  }

  @Test
  void aLossThatStaysAboveIsFoundFromFewRecomputedTokens() {
    float[] losses = constant(4000, 2);
    Arrays.fill(losses, 1000, 4000, 4.5f); // 2.5 nats above
    // Of the last 8 recomputed tokens, 4 must lie behind token 1,000: 4 · 2.5 / 8 exceeds 1.
    assertThat(curve(losses).collapse(curve(everyHundredth(4000)))).isEqualTo(1301);
  }

  @Test
  void whereEveryTokenIsScoredTheLastTwoHundredAndFiftySixCount() {
    float[] losses = constant(4000, 2);
    Arrays.fill(losses, 1000, 4000, 4); // 2 nats above: more than half of 256
    assertThat(curve(losses).collapse(curve(constant(4000, 2)))).isEqualTo(1129);
  }

  private static MethodCurve curve(float[] losses) {
    return new MethodCurve(StreamMethod.WINDOW, losses, BEYOND, losses.length, 1, 0);
  }

  private static float[] constant(int length, float loss) {
    float[] losses = new float[length];
    Arrays.fill(losses, loss);
    return losses;
  }

  private static float[] everyHundredth(int length) {
    float[] losses = constant(length, Float.NaN);
    for (int i = 0; i < length; i += 100) {
      losses[i] = 2;
    }
    return losses;
  }
}
