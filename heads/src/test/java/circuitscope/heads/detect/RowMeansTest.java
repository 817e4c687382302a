package circuitscope.heads.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Estimate.Resamples;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RowMeansTest {
  /** Both are in double precision, of values up to 1, and add in another order. */
  private static final double TOLERANCE = 1e-14;

  private static final int QUANTITIES = 5000; // more than the step takes at once

  @Test
  void arrayOperationsGiveThePlainIntervals() {
    Random random = new Random(2);
    double[][] values = new double[7][QUANTITIES];
    for (double[] row : values) {
      for (int i = 0; i < QUANTITIES; i++) {
        row[i] = i % 9 == 0 ? 0.25 : random.nextDouble();
      }
    }
    Resamples resamples = Resamples.of(values.length, 5);
    Estimate[] plain = Estimate.means(values, resamples);
    Estimate[] fast;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      fast = RowMeans.onDevice(values, resamples, manager);
    }
    assertThat(fast).hasSameSizeAs(plain);
    for (int i = 0; i < QUANTITIES; i++) {
      assertThat(fast[i].value()).isCloseTo(plain[i].value(), within(TOLERANCE));
      assertThat(fast[i].low()).isCloseTo(plain[i].low(), within(TOLERANCE));
      assertThat(fast[i].high()).isCloseTo(plain[i].high(), within(TOLERANCE));
    }
  }
}
