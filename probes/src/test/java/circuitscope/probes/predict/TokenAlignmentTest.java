package circuitscope.probes.predict;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.predict.TokenAlignment.Pair;
import org.junit.jupiter.api.Test;

final class TokenAlignmentTest {
  @Test
  void whatIsCommonStandsTogetherAndWhatDiffersIsPairedInOrder() {
    assertThat(TokenAlignment.of(new int[] {1, 2, 3, 4}, new int[] {1, 7, 8, 9, 3, 4}))
        .containsExactly(
            new Pair(0, 0),
            new Pair(1, 1),
            new Pair(null, 2),
            new Pair(null, 3),
            new Pair(2, 4),
            new Pair(3, 5));
  }

  @Test
  void everyTokenOfBothStandsOnce() {
    assertThat(TokenAlignment.of(new int[] {5, 5, 6}, new int[] {6}))
        .containsExactly(new Pair(0, null), new Pair(1, null), new Pair(2, 0));
    assertThat(TokenAlignment.of(new int[] {1}, new int[] {2})).containsExactly(new Pair(0, 0));
    assertThat(TokenAlignment.of(new int[0], new int[] {4})).containsExactly(new Pair(null, 0));
  }
}
