package circuitscope.probes.seed.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyboardNoiseTest {
  private static KeyboardNoise.Noisy type(KeyboardNoise kind, double rate) {
    return kind.type("The cat", rate, new SplittableRandom(1));
  }

  @Test
  void keysLieAsOnADesk() {
    assertThat(KeyboardNoise.neighbours('a')).isEqualTo("qwsz");
    assertThat(KeyboardNoise.neighbours('S')).isEqualTo("WEADZX");
    assertThat(KeyboardNoise.neighbours('?')).isEmpty();
  }

  @Test
  void everyLetterAfterTheFirstOfItsWordIsHitAtRateOne() {
    assertThat(type(KeyboardNoise.OMISSION, 1).text()).isEqualTo("T c");
    assertThat(type(KeyboardNoise.DOUBLING, 1).text()).isEqualTo("Thhee caatt");
    assertThat(type(KeyboardNoise.TRANSPOSITION, 1).text()).isEqualTo("Teh cta");
    assertThat(type(KeyboardNoise.NEIGHBOUR, 1).text()).matches("T[ytgbnju][wsdr34] c[qwsz][rfgy]");
    assertThat(type(KeyboardNoise.INSERTION, 1).edits()).isEqualTo(4);
    assertThat(type(KeyboardNoise.INSERTION, 0).text()).isEqualTo("The cat");
  }

  @Test
  void theChoicesHaveTheirEntropy() {
    // four letters, a fair coin each; a neighbour is one of 6 (h), 5 (e), 4 (a), 5 (t)
    assertThat(type(KeyboardNoise.OMISSION, 0.5).entropyBits()).isCloseTo(4, within(1e-12));
    int h = KeyboardNoise.neighbours('h').length();
    int e = KeyboardNoise.neighbours('e').length();
    int t = KeyboardNoise.neighbours('t').length();
    assertThat(type(KeyboardNoise.NEIGHBOUR, 1).entropyBits())
        .isCloseTo(Math.log(h * e * 4.0 * t) / Math.log(2), within(1e-12));
  }
}
