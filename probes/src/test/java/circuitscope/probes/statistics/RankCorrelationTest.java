package circuitscope.probes.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class RankCorrelationTest {
  @Test
  void onlyTheOrderCounts() {
    double[] x = {0.1, 5, 3, 100};
    assertThat(RankCorrelation.spearman(x, new double[] {1, 30, 20, 31}))
        .isCloseTo(1, within(1e-12));
    assertThat(RankCorrelation.spearman(x, new double[] {-1, -30, -20, -31}))
        .isCloseTo(-1, within(1e-12));
  }

  @Test
  void equalValuesShareTheMeanOfTheirRanks() {
    double[] x = {1, 2, 2, 3};
    double[] y = {1, 3, 2, 4};
    assertThat(RankCorrelation.ranks(x)).containsExactly(1, 2.5, 2.5, 4);
    assertThat(RankCorrelation.ranks(new double[] {2, Double.NaN, 1}))
        .containsExactly(2, Double.NaN, 1);
    // Deviations of ranks: (-1.5, 0, 0, 1.5) and (-1.5, 0.5, -0.5, 1.5).
    assertThat(RankCorrelation.spearman(x, y)).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void whatOrdersNothingHasNoCorrelation() {
    assertThat(RankCorrelation.spearman(new double[] {1, 1}, new double[] {1, 2})).isNaN();
    assertThatThrownBy(() -> RankCorrelation.spearman(new double[2], new double[3]))
        .hasMessageContaining("2 values with 3");
  }

  @Test
  void manyMeansResampledTogetherAreEachThatOfOne() {
    double[][] values = {{1, 5}, {2, 5}, {6, 5}};
    Estimate[] means = Estimate.means(values, 7);
    // Three values in 1,000 resamples: the same interval whatever the order of the draws.
    assertThat(means[0].value()).isCloseTo(3, within(1e-12));
    assertThat(means[0].low()).isCloseTo(1, within(0.4));
    assertThat(means[0].high()).isCloseTo(6, within(1.4));
    assertThat(means[1].high() - means[1].low()).isCloseTo(0, within(1e-12));
  }
}
