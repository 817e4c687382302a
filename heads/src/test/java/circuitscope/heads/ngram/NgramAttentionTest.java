package circuitscope.heads.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.OrdinaryTokens;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The static attention against its definition, written out. */
final class NgramAttentionTest {
  private final int[][] rows = {
    new Random(1).ints(20, 0, 3).toArray(), new Random(2).ints(20, 0, 3).toArray()
  };

  @Test
  void itIsUniformOverTheFollowersOfEachMatch() {
    for (int matched = 1; matched <= 3; matched++) {
      float[] attention = NgramAttention.of(rows, matched, null);
      for (int row = 0; row < 2; row++) {
        for (int i = 0; i < 20; i++) {
          int count = 0;
          for (int j = 0; j <= i - 1; j++) {
            count += follows(rows[row], i, j, matched) ? 1 : 0;
          }
          for (int j = 0; j < 20; j++) {
            boolean here = j <= i - 1 && follows(rows[row], i, j, matched);
            assertThat(attention[(row * 20 + i) * 20 + j]).isEqualTo(here ? 1f / count : 0f);
          }
        }
      }
    }
  }

  private static boolean follows(int[] x, int i, int j, int matched) {
    for (int k = 0; k < matched; k++) {
      if (i - k < 0 || j - 1 - k < 0 || x[i - k] != x[j - 1 - k]) {
        return false;
      }
    }
    return true;
  }

  @Test
  void theControlAttendsToAsManyEarlierKeys() {
    float[] own = NgramAttention.of(rows, 1, null);
    float[] control = NgramAttention.of(rows, 1, OrdinaryTokens.random(5));
    assertThat(control).isNotEqualTo(own);
    for (int query = 0; query < 40; query++) {
      double sum = 0;
      int keys = 0;
      int ownKeys = 0;
      for (int j = 0; j < 20; j++) {
        sum += control[query * 20 + j];
        keys += control[query * 20 + j] > 0 ? 1 : 0;
        ownKeys += own[query * 20 + j] > 0 ? 1 : 0;
        assertThat(j < query % 20 || control[query * 20 + j] == 0).isTrue();
      }
      assertThat(keys).isEqualTo(ownKeys);
      assertThat(sum).isCloseTo(ownKeys > 0 ? 1 : 0, within(1e-6));
    }
  }
}
