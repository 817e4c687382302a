package circuitscope.heads.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.heads.OrdinaryTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The match sets against their definition, written out. */
final class MatchSetsTest {
  private static final int MAX_ORDER = 6;

  /** Few symbols, so that long matches come about. */
  private static int[] tokens(int length, int symbols, long seed) {
    return new Random(seed).ints(length, 0, symbols).toArray();
  }

  /** x[i−n+2 … i] = x[j−n+1 … j−1], by comparing. */
  private static boolean inM(int n, int i, int j, int[] x, boolean selfTarget) {
    if (j > i || (n > 1 && j == i && !selfTarget)) {
      return false;
    }
    if (n == 1) {
      return true;
    }
    if (j - n + 1 < 0) {
      return false;
    }
    return Arrays.equals(
        Arrays.copyOfRange(x, i - n + 2, i + 1), Arrays.copyOfRange(x, j - n + 1, j));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everySetIsWhatItsDefinitionSays(boolean selfTarget) {
    for (int seed = 0; seed < 5; seed++) {
      int[] x = tokens(24, 2, seed);
      MatchDepths depths = MatchDepths.of(x, MAX_ORDER, selfTarget);
      for (int n = 1; n <= MAX_ORDER; n++) {
        OrderSets sets = OrderSets.of(n, depths);
        for (int i = 0; i < x.length; i++) {
          int order = n;
          int query = i;
          assertThat(sets.queries().get(i).targets())
              .as("T_%d(%d) of %s", n, i, Arrays.toString(x))
              .containsExactly(
                  IntStream.rangeClosed(0, i)
                      .filter(j -> inM(order, query, j, x, selfTarget))
                      .toArray());
          assertThat(sets.queries().get(i).decoys())
              .as("D_%d(%d) of %s", n, i, Arrays.toString(x))
              .containsExactly(
                  IntStream.rangeClosed(0, i)
                      .filter(j -> order > 1)
                      .filter(j -> inM(order - 1, query, j, x, selfTarget))
                      .filter(j -> !inM(order, query, j, x, selfTarget))
                      .toArray());
        }
      }
    }
  }

  @Test
  void m1IsEverythingAndEachOrderIsAPartOfTheOneBefore() {
    int[] x = tokens(40, 3, 1);
    MatchDepths depths = MatchDepths.of(x, MAX_ORDER, false);
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        assertThat(depths.matches(1, i, j)).isEqualTo(j <= i);
        for (int n = 1; n < MAX_ORDER; n++) {
          assertThat(depths.matches(n, i, j) || !depths.matches(n + 1, i, j)).isTrue();
          assertThat(depths.exactly(n, i, j))
              .isEqualTo(depths.matches(n, i, j) && !depths.matches(n + 1, i, j));
        }
      }
    }
  }

  @Test
  void theSameTokenAllAlongMatchesItselfOnlyWhenAsked() {
    int[] same = {7, 7, 7, 7};
    assertThat(MatchDepths.of(same, MAX_ORDER, false).at(3, 3)).isZero();
    assertThat(MatchDepths.of(same, MAX_ORDER, true).at(3, 3)).isEqualTo(3);
    assertThat(MatchDepths.of(same, MAX_ORDER, false).at(3, 2)).isEqualTo(2);
  }

  @Test
  void blocksHoldQueriesInWhichEachOrderDisagrees() {
    OrdinaryTokens pool = OrdinaryTokens.of(200, null);
    int[] row = DisagreeingBlocks.row(MAX_ORDER, 2, 3, pool, OrdinaryTokens.random(3));
    assertThat(row).hasSize(DisagreeingBlocks.length(MAX_ORDER, 2, 3));
    MatchDepths depths = MatchDepths.of(row, MAX_ORDER, false);
    for (int n = 2; n <= MAX_ORDER; n++) {
      List<OrderSets.Sets> sets = OrderSets.of(n, depths).queries();
      assertThat(sets.stream().filter(OrderSets.Sets::disagree).count())
          .as("order %d", n)
          .isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void inABlockOnlyTheLongerContextTellsTheFollower() {
    OrdinaryTokens pool = OrdinaryTokens.of(200, null);
    int[] row = DisagreeingBlocks.row(MAX_ORDER, 2, 3, pool, OrdinaryTokens.random(4));
    MatchDepths depths = MatchDepths.of(row, MAX_ORDER, false);
    List<OrderSets.Sets> sets = OrderSets.of(MAX_ORDER, depths).queries();
    int ends = 0;
    for (int i = 0; i + 1 < row.length; i++) {
      OrderSets.Sets here = sets.get(i);
      int next = row[i + 1];
      if (here.disagree()) {
        assertThat(Arrays.stream(here.targets())).allMatch(j -> row[j] == next);
        ends += Arrays.stream(here.decoys()).allMatch(j -> row[j] != next) ? 1 : 0;
      }
    }
    assertThat(ends).isPositive();
  }

  @Test
  void tooSmallAVocabularyIsRefused() {
    OrdinaryTokens few = OrdinaryTokens.of(10, null);
    assertThatThrownBy(() -> DisagreeingBlocks.row(MAX_ORDER, 2, 3, few, OrdinaryTokens.random(0)))
        .hasMessageContaining("30 distinct tokens cannot be drawn from a vocabulary of 10");
  }
}
