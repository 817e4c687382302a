package circuitscope.probes.seed.boundaries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Frequent adjacent pairs merged one after the other, as dynamic tokenisation does in a batch. */
final class Merges {
  /** Two tokens or merged tokens side by side. */
  record Pair(int left, int right) {}

  /**
   * One merge.
   *
   * @param count places where it was made
   * @param lengths {@code [text]} tokens after it
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Step(Pair pair, int count, int[] lengths) {}

  private Merges() {}

  /**
   * Merges the most frequent pair, of equals the first met, again and again.
   *
   * @param texts tokens of each text
   * @param firstId number of the first merged token
   */
  static List<Step> of(List<int[]> texts, int steps, int firstId) {
    List<int[]> merged = new ArrayList<>(texts);
    List<Step> made = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Map<Pair, Integer> counts = new HashMap<>();
      Pair best = null;
      int most = 0;
      for (int[] text : merged) {
        for (int i = 1; i < text.length; i++) {
          Pair pair = new Pair(text[i - 1], text[i]);
          int count = counts.merge(pair, 1, Integer::sum);
          if (count > most) {
            best = pair;
            most = count;
          }
        }
      }
      if (best == null || most < 2) {
        break;
      }
      int id = firstId + step;
      int before = merged.stream().mapToInt(text -> text.length).sum();
      Pair pair = best;
      merged.replaceAll(text -> merge(text, pair, id));
      int[] lengths = merged.stream().mapToInt(text -> text.length).toArray();
      made.add(new Step(pair, before - Arrays.stream(lengths).sum(), lengths));
    }
    return made;
  }

  private static int[] merge(int[] text, Pair pair, int id) {
    int[] merged = new int[text.length];
    int size = 0;
    for (int i = 0; i < text.length; i++) {
      boolean here = i + 1 < text.length && text[i] == pair.left() && text[i + 1] == pair.right();
      merged[size++] = here ? id : text[i];
      i += here ? 1 : 0;
    }
    return Arrays.copyOf(merged, size);
  }
}
