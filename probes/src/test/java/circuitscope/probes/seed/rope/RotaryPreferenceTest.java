package circuitscope.probes.seed.rope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RotaryPreferenceTest {
  /** One pair has θ = 1, two have 1 and base^(−1/2). */
  @Test
  void itIsASumOfCosines() {
    assertThat(RotaryPreference.at(RotaryPreference.angles(10_000, 2), 1))
        .isCloseTo(Math.cos(1), within(1e-12));
    assertThat(RotaryPreference.at(RotaryPreference.angles(10_000, 4), 50))
        .isCloseTo(Math.cos(50) + Math.cos(.5), within(1e-12));
    assertThat(RotaryPreference.at(RotaryPreference.angles(10_000, 64), 0)).isEqualTo(32);
    // cos m < 0 first at m = 2.
    assertThat(RotaryPreference.firstCrossing(RotaryPreference.angles(10_000, 2))).isEqualTo(2);
  }

  /** By NumPy in float64: min over m of (cos(m * base ** (-2i/d)).sum() < 0). */
  @ParameterizedTest
  @CsvSource({
    "1e4, 64, 725",
    "1e4, 128, 1707",
    "5e5, 64, 9937",
    "5e5, 128, 18438",
    "1e6, 64, 6235"
  })
  void theFirstCrossingIsNotMonotoneInTheBase(double base, int dimensions, int first) {
    assertThat(RotaryPreference.firstCrossing(RotaryPreference.angles(base, dimensions)))
        .isEqualTo(first);
  }

  @Test
  void theFitIsInverted() {
    assertThat(RotaryPreference.fittedContext(0.0424 * Math.pow(4096, 1.628)))
        .isCloseTo(4096, within(1e-6));
  }
}
