package circuitscope.probes.seed.adjacency;

import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.ngram.Successor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Guesses which tokens follow a token, best first; learns from the text as it passes. */
public abstract class Follower {
  private final String name;

  Follower(String name) {
    this.name = name;
  }

  final String name() {
    return name;
  }

  /** The best guesses, as many as there are, at most k. */
  abstract int[] after(int token);

  /**
   * Tells of one position that has passed.
   *
   * @param top what the model holds most likely there, best first
   * @param next the token that came
   */
  abstract void see(int token, int[] top, int next);

  /** Another window begins. */
  void begin() {}

  /** The model's top k at the token's last occurrence: the method of the paper. */
  public static Follower recycled(String name) {
    return new Follower(name) {
      private final Map<Integer, int[]> table = new HashMap<>(); // V × k at the most

      @Override
      int[] after(int token) {
        return table.getOrDefault(token, new int[0]);
      }

      @Override
      void see(int token, int[] top, int next) {
        table.put(token, top);
      }
    };
  }

  /** The most frequent successors in the text so far. */
  public static Follower counted(int k) {
    return new Follower("bigrams of the text so far") {
      private final Map<Integer, Map<Integer, Integer>> counts = new HashMap<>();

      @Override
      int[] after(int token) {
        return best(counts.getOrDefault(token, Map.of()), k);
      }

      @Override
      void see(int token, int[] top, int next) {
        counts.computeIfAbsent(token, t -> new HashMap<>()).merge(next, 1, Integer::sum);
      }
    };
  }

  /** A table counted elsewhere, which stays its owner's. */
  public static Follower table(BigramTable table, int k) {
    return new Follower("bigram counts file") {
      @Override
      int[] after(int token) {
        return token >= table.vocab()
            ? new int[0]
            : table.top(token, k).stream().mapToInt(Successor::token).toArray();
      }

      @Override
      void see(int token, int[] top, int next) {}
    };
  }

  /** What followed the token in this window, the last first: an induction head's guess. */
  public static Follower inContext(int k) {
    return new Follower("followers in context") {
      private final Map<Integer, Deque<Integer>> followers = new HashMap<>();

      @Override
      int[] after(int token) {
        return followers.getOrDefault(token, new ArrayDeque<>()).stream()
            .distinct()
            .limit(k)
            .mapToInt(Integer::intValue)
            .toArray();
      }

      @Override
      void see(int token, int[] top, int next) {
        followers.computeIfAbsent(token, t -> new ArrayDeque<>()).addFirst(next);
      }

      @Override
      void begin() {
        followers.clear();
      }
    };
  }

  /** The most frequent tokens so far, whatever came before: the null. */
  public static Follower frequent(int k) {
    return new Follower("most frequent tokens") {
      private final Map<Integer, Integer> counts = new HashMap<>();
      private int[] best = new int[0];

      @Override
      int[] after(int token) {
        return best;
      }

      @Override
      void see(int token, int[] top, int next) {
        counts.merge(next, 1, Integer::sum);
      }

      @Override
      void begin() {
        best = best(counts, k);
      }
    };
  }

  private static int[] best(Map<Integer, Integer> counts, int k) {
    Comparator<Map.Entry<Integer, Integer>> order =
        Map.Entry.<Integer, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey());
    return counts.entrySet().stream().sorted(order).limit(k).mapToInt(Map.Entry::getKey).toArray();
  }

  /** Rank of a token among guesses from 1, or 0 when it is not there. */
  static int rank(int[] guesses, int token) {
    List<Integer> list = Arrays.stream(guesses).boxed().toList();
    return list.indexOf(token) + 1;
  }
}
