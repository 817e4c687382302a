package circuitscope.probes.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class PrincipalComponentsTest {
  /** FP64 through FP32 data. */
  private static final double TOLERANCE = 1e-5;

  @Test
  void pointsOnALineHaveOneComponentInTheirOrder() {
    float[][] data = {{1, 2}, {4, 6}, {7, 10}}; // steps of (3, 4), length 5

    PrincipalComponents components = PrincipalComponents.of(data, 2);

    assertThat(components.explained()[0]).isCloseTo(1, within(TOLERANCE));
    assertThat(components.explained()[1]).isCloseTo(0, within(TOLERANCE));
    for (int i = 0; i < 3; i++) {
      assertThat(components.coordinates()[i][0]).isCloseTo(5.0 * (i - 1), within(TOLERANCE));
      assertThat(components.coordinates()[i][1]).isCloseTo(0, within(TOLERANCE));
    }
  }

  @Test
  void allComponentsTogetherKeepDistances() {
    Random random = new Random(3);
    float[][] data = new float[5][200];
    for (float[] row : data) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat();
      }
    }

    PrincipalComponents components = PrincipalComponents.of(data, 99);

    assertThat(components.explained())
        .hasSize(4)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < i; j++) {
        double squared = 0;
        for (int k = 0; k < data[i].length; k++) {
          squared += Math.pow(data[i][k] - data[j][k], 2);
        }
        double kept = 0;
        for (int c = 0; c < 4; c++) {
          kept += Math.pow(components.coordinates()[i][c] - components.coordinates()[j][c], 2);
        }
        assertThat(kept).isCloseTo(squared, within(1e-9 + TOLERANCE * squared));
      }
    }
  }

  @Test
  void oneObservationHasNone() {
    assertThatThrownBy(() -> PrincipalComponents.of(new float[][] {{1, 2}}, 2))
        .hasMessageContaining("at least 2 observations");
  }
}
