package circuitscope.probes.seed.adjacency;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replays a text past one follower: whether its guesses hold what the model finds most likely, and
 * how long its drafts are accepted where the model writes on greedily.
 */
public final class Replay {
  /** Ages in classes [2^i, 2^(i+1)) of tokens since a token's entry was made. */
  static final int AGES = 14;

  private final Follower follower;
  private final int k;
  private final Map<Integer, Long> updated = new HashMap<>();
  private long time;

  public Replay(Follower follower, int k) {
    this.follower = follower;
    this.k = k;
  }

  /**
   * Sums of one window.
   *
   * @param hits {@code [r − 1]} positions whose top token is among the first r guesses
   * @param hitsByAge {@code [class]} of those among all guesses
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Hits(long positions, long known, long[] hits, long[] byAge, long[] hitsByAge) {}

  String name() {
    return follower.name();
  }

  /**
   * Reads a window, guessing before each position is learned from.
   *
   * @param top {@code [position][rank]} what the follower learns from
   * @param wanted {@code [position]} the model's most likely next token
   */
  public Hits read(int[] ids, int[][] top, int[] wanted) {
    follower.begin();
    Hits sums = new Hits(ids.length - 1, 0, new long[k], new long[AGES], new long[AGES]);
    long known = 0;
    for (int t = 0; t + 1 < ids.length; t++) {
      int rank = Follower.rank(follower.after(ids[t]), wanted[t]);
      for (int r = Math.max(1, rank); rank > 0 && r <= k; r++) {
        sums.hits()[r - 1]++;
      }
      Long before = updated.get(ids[t]);
      if (before != null) {
        known++;
        int age = Math.min(AGES - 1, 63 - Long.numberOfLeadingZeros(time - before));
        sums.byAge()[age]++;
        sums.hitsByAge()[age] += rank > 0 ? 1 : 0;
      }
      learn(ids, top, t);
    }
    return new Hits(sums.positions(), known, sums.hits(), sums.byAge(), sums.hitsByAge());
  }

  private void learn(int[] ids, int[][] top, int t) {
    follower.see(ids[t], top[t], ids[t + 1]);
    updated.put(ids[t], time++);
  }

  /**
   * Drafts along a greedy continuation; each call of the model accepts a path of the tree and adds
   * one token of its own.
   *
   * @param ids prompt and continuation
   * @param from the continuation's first position
   * @return calls and accepted tokens
   */
  public List<Long> draft(int[] ids, int[][] top, int from, DraftTree tree) {
    follower.begin();
    for (int t = 0; t + 1 < from; t++) {
      learn(ids, top, t);
    }
    long calls = 0;
    long accepted = 0;
    int at = from - 1; // the last token that is known
    // A call near the end would be cut short, so it is not counted.
    while (at + tree.depth() + 1 < ids.length) {
      int start = at;
      int path =
          tree.accepted(d -> Follower.rank(follower.after(ids[start + d]), ids[start + d + 1]));
      calls++;
      accepted += path;
      for (int t = at; t < at + path + 1; t++) {
        learn(ids, top, t);
      }
      at += path + 1;
    }
    return List.of(calls, accepted);
  }
}
