package circuitscope.probes.seed.boundaries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MergesTest {
  @Test
  void theMostFrequentPairIsMergedFirstAndCanBeMergedAgain() {
    List<Merges.Step> steps =
        Merges.of(List.of(new int[] {1, 2, 1, 2, 3, 1, 2, 1, 2}, new int[] {1, 2}), 5, 100);
    assertThat(steps.get(0).pair()).isEqualTo(new Merges.Pair(1, 2));
    assertThat(steps.get(0).count()).isEqualTo(5);
    assertThat(steps.get(0).lengths()).containsExactly(5, 1); // 100 100 3 100 100, and 100
    assertThat(steps.get(1).pair()).isEqualTo(new Merges.Pair(100, 100));
    assertThat(steps).hasSize(2); // every other pair is there once
  }

  @Test
  void f1ComparesCutsAndRandomOnesMeetByTheirShares() {
    boolean[] ours = {false, true, true, false, true};
    boolean[] theirs = {true, true, false, false, false};
    double[] sums = Cuts.of(ours, theirs).sums(); // the start of a text is no cut
    assertThat(sums).containsExactly(1, 3, 1, 4);
    assertThat(Cuts.f1(sums)).isCloseTo(2 * 1 / 4.0, within(1e-12));
    assertThat(Cuts.randomF1(sums)).isCloseTo(2 * 3 * 1 / 4.0 / 4.0, within(1e-12));
  }
}
