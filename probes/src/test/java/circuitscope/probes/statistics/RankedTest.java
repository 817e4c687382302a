package circuitscope.probes.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RankedTest {
  @Test
  void isWhatSortingPutsAtThatRank() {
    Random random = new Random(3);
    for (int length : new int[] {1, 2, 26, 27, 1000}) {
      double[] values =
          random.ints(length, -3, 9).mapToDouble(i -> i == 8 ? Double.NaN : i / 2.0).toArray();
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      for (int rank = 1; rank <= Math.min(length, 40); rank++) {
        assertThat(Ranked.fromLowest(values, rank)).isEqualTo((Double) sorted[rank - 1]);
        assertThat(Ranked.fromHighest(values, rank)).isEqualTo((Double) sorted[length - rank]);
        for (double guess = -2; guess < 5; guess++) { // with too few values beyond it, and more
          assertThat(Ranked.fromLowest(values, rank, guess)).isEqualTo((Double) sorted[rank - 1]);
          assertThat(Ranked.fromHighest(values, rank, guess))
              .isEqualTo((Double) sorted[length - rank]);
        }
      }
    }
  }

  @Test
  void aRankThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> Ranked.fromLowest(new double[2], 3))
        .isInstanceOf(ArrayIndexOutOfBoundsException.class)
        .hasMessage("rank 3 of 2 values");
  }
}
