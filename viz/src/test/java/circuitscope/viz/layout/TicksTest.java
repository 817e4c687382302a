package circuitscope.viz.layout;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.figure.Scaling;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {

  @Test
  void linearTicksAreMultiplesOfOneTwoOrFive() {
    assertThat(labels(Scaling.linear(), 0, 1, 6))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Scaling.linear(), -1.2, 2.6, 5)).containsExactly("−1", "0", "1", "2");
  }

  @Test
  void aLinearScaleHasAtLeastTwoTicks() {
    assertThat(labels(Scaling.linear(), 0.07, 9.9, 2)).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void veryLargeAndVerySmallNumbersArePowersOfTen() {
    assertThat(labels(Scaling.linear(), 0, 3e6, 4)).containsExactly("0", "1×10⁶", "2×10⁶", "3×10⁶");
    assertThat(labels(Scaling.linear(), 0, 2e-7, 3)).containsExactly("0", "1×10⁻⁷", "2×10⁻⁷");
  }

  @Test
  void logTicksAreDecadesAndSkipSomeWhenThereAreMany() {
    assertThat(labels(Scaling.log(1e-3), 1e-3, 1, 7)).containsExactly("0.001", "0.01", "0.1", "1");
    assertThat(labels(Scaling.log(1e-9), 1e-9, 1, 4))
        .containsExactly("10⁻⁹", "10⁻⁶", "10⁻³", "10⁰");
  }

  @Test
  void aShortLogRangeGetsTicksBetweenItsDecades() {
    assertThat(labels(Scaling.log(1), 3, 60, 7)).containsExactly("5", "10", "20", "50");
  }

  @Test
  void symlogTicksMeetInZero() {
    assertThat(labels(Scaling.symlog(0.1), -10, 10, 7))
        .containsExactly("−10", "−1", "−0.1", "0", "0.1", "1", "10");
  }

  private static List<String> labels(Scaling scaling, double low, double high, int most) {
    return Ticks.of(scaling, low, high, most).stream().map(Ticks.Tick::label).toList();
  }
}
