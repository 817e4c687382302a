package circuitscope.probes.seed.windows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EqualInfoTest {
  /** The first byte after forgetting costs 6 bits, each other one half a bit. */
  private static final EqualInfo.Source FORGETFUL =
      (from, count) -> {
        double[] bits = new double[count];
        Arrays.fill(bits, 0.5);
        bits[0] = 6;
        return bits;
      };

  @Test
  void aWindowHoldsTheLongestRunThatFitsAndTheNextBeginsAnew() {
    List<EqualInfo.Window> windows = EqualInfo.cut(FORGETFUL, 50, 16);
    assertThat(windows)
        .containsExactly(
            new EqualInfo.Window(0, 21, 16, true), // 6 + 20 / 2
            new EqualInfo.Window(21, 42, 16, true),
            new EqualInfo.Window(42, 50, 9.5, false));
  }

  @Test
  void aByteThatCostsMoreThanAWindowHasOneOfItsOwn() {
    assertThat(EqualInfo.cut(FORGETFUL, 2, 5))
        .containsExactly(new EqualInfo.Window(0, 1, 6, true), new EqualInfo.Window(1, 2, 6, false));
  }
}
