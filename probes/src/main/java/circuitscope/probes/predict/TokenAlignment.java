package circuitscope.probes.predict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens of two texts stand against each other: a longest common subsequence (Hunt and
 * McIlroy 1976, as in diff); between common tokens, what differs is paired in order as far as it
 * goes.
 */
public final class TokenAlignment {
  /**
   * Two tokens side by side.
   *
   * @param first index into the first text; null where it has no token here
   */
  public record Pair(@Nullable Integer first, @Nullable Integer second) {}

  private TokenAlignment() {}

  /** Both texts from their beginnings to their ends. */
  public static List<Pair> of(int[] first, int[] second) {
    int[][] common = new int[first.length + 1][second.length + 1]; // of what is left
    for (int i = first.length - 1; i >= 0; i--) {
      for (int j = second.length - 1; j >= 0; j--) {
        common[i][j] =
            first[i] == second[j]
                ? 1 + common[i + 1][j + 1]
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<Pair> pairs = new ArrayList<>();
    List<Integer> onlyFirst = new ArrayList<>();
    List<Integer> onlySecond = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < first.length && j < second.length) {
      if (first[i] == second[j]) {
        add(onlyFirst, onlySecond, pairs);
        pairs.add(new Pair(i++, j++));
      } else if (common[i + 1][j] >= common[i][j + 1]) {
        onlyFirst.add(i++);
      } else {
        onlySecond.add(j++);
      }
    }
    while (i < first.length) {
      onlyFirst.add(i++);
    }
    while (j < second.length) {
      onlySecond.add(j++);
    }
    add(onlyFirst, onlySecond, pairs);
    return Collections.unmodifiableList(pairs);
  }

  private static void add(List<Integer> first, List<Integer> second, List<Pair> pairs) {
    for (int k = 0; k < Math.max(first.size(), second.size()); k++) {
      pairs.add(
          new Pair(
              k < first.size() ? first.get(k) : null, k < second.size() ? second.get(k) : null));
    }
    first.clear();
    second.clear();
  }
}
