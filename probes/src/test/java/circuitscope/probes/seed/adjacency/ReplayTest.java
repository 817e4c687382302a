package circuitscope.probes.seed.adjacency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplayTest {
  private static final int[] IDS = {1, 2, 1, 3, 1, 2};
  private static final int[][] TOP = {{2, 3}, {1, 9}, {3, 2}, {1, 9}, {2, 3}, {1, 9}};
  private static final int[] WANTED = {2, 1, 3, 1, 2, 1};

  @Test
  void hitsAreCountedByRankAndAgeBeforeThePositionIsLearned() {
    Replay.Hits hits = new Replay(Follower.recycled("recycled"), 2).read(IDS, TOP, WANTED);

    // 1 and 2 are new; 1 holds (2, 3) from 2 tokens ago and 3 is wanted; 3 is new; 1 holds (3, 2).
    assertThat(hits.positions()).isEqualTo(5);
    assertThat(hits.known()).isEqualTo(2);
    assertThat(hits.hits()).containsExactly(0, 2);
    assertThat(hits.byAge()[1]).isEqualTo(2);
    assertThat(hits.hitsByAge()[1]).isEqualTo(2);
  }

  @Test
  void followersInContextAreTheLastFirstAndEndWithTheWindow() {
    Follower follower = Follower.inContext(2);
    new Replay(follower, 2).read(IDS, TOP, WANTED);

    assertThat(follower.after(1)).containsExactly(2, 3);
    follower.begin();
    assertThat(follower.after(1)).isEmpty();
  }

  @Test
  void aTreeHoldsThePathsWhoseRanksMultiplyToItsBudget() {
    // Depth 1: 1 2 3 4; depth 2: 11 12 13 14 21 22 31 41.
    assertThat(new DraftTree(4, 2).nodes()).isEqualTo(12);
    assertThat(new DraftTree(4, 3).accepted(d -> 2)).isEqualTo(2);
    assertThat(new DraftTree(4, 3).accepted(d -> 1)).isEqualTo(3);
    assertThat(new DraftTree(4, 3).accepted(d -> d == 0 ? 4 : 2)).isEqualTo(1);
    assertThat(new DraftTree(4, 3).accepted(d -> 0)).isZero();
  }

  /** The prompt teaches 1 → 2 → 3 → 1 …; the continuation goes on like that for 6 tokens. */
  @Test
  void aLearnedLoopIsAcceptedToTheTreesDepth() {
    int[] ids = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1};
    int[][] top = new int[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      top[t] = new int[] {ids[t] % 3 + 1};
    }
    List<Long> drafted =
        new Replay(Follower.recycled("recycled"), 1).draft(ids, top, 4, new DraftTree(1, 2));

    // From position 3 and 6 two tokens are accepted and one comes with each call.
    assertThat(drafted).containsExactly(2L, 4L);
  }
}
