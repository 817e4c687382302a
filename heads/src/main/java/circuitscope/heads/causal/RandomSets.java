package circuitscope.heads.causal;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sets of heads to compare a found set with: as many heads, drawn from all heads of the model. */
public final class RandomSets {
  /** What a random set has in common with the found one. */
  public enum Match {
    /** As many heads. */
    SIZE,
    /** As many heads in each layer. */
    LAYER
  }

  private RandomSets() {}

  /**
   * Draws different sets, none of them the found one. Where there are no more than asked for, all
   * of them are returned.
   */
  public static List<SortedSet<HeadName>> draw(
      Collection<HeadName> found, DecoderSpec spec, Match match, int draws, long seed) {
    SortedSet<HeadName> own = new TreeSet<>(found);
    int heads = spec.attention().heads();
    SortedMap<Integer, Integer> fromPool = new TreeMap<>(); // first head of a pool -> how many
    int pool = match == Match.SIZE ? spec.layers() * heads : heads;
    own.forEach(
        head -> fromPool.merge(match == Match.SIZE ? 0 : head.layer() * heads, 1, Integer::sum));
    double possible =
        fromPool.values().stream()
            .mapToDouble(size -> choose(pool, size))
            .reduce(1, (a, b) -> a * b);
    double wanted = Math.min(draws, possible - 1); // the found set itself is not drawn
    Random random = new Random(seed);
    LinkedHashSet<SortedSet<HeadName>> sets = new LinkedHashSet<>();
    while (sets.size() < wanted) {
      SortedSet<HeadName> set = new TreeSet<>();
      fromPool.forEach(
          (first, size) -> {
            for (int index : sample(pool, size, random)) {
              set.add(new HeadName((first + index) / heads, (first + index) % heads));
            }
          });
      if (!set.equals(own)) {
        sets.add(set);
      }
    }
    return List.copyOf(sets);
  }

  /** Different indices below {@code bound}. */
  private static Collection<Integer> sample(int bound, int size, Random random) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < bound; i++) {
      indices.add(i);
    }
    for (int i = 0; i < size; i++) {
      int drawn = i + random.nextInt(bound - i);
      indices.set(drawn, indices.set(i, indices.get(drawn)));
    }
    return indices.subList(0, size);
  }

  private static double choose(int n, int k) {
    double ways = 1;
    for (int i = 1; i <= k; i++) {
      ways *= (n - k + i) / (double) i;
    }
    return Math.rint(ways);
  }
}
