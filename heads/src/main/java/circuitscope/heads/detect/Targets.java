package circuitscope.heads.detect;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * Where a detector hopes that a head looks: the detection pattern D with D[query, key] = 1 at the
 * listed entries and 0 elsewhere.
 *
 * @param positions length of the row
 * @param queries one an entry, ascending
 * @param keys one an entry, none above its query
 */
record Targets(int positions, int[] queries, int[] keys) {

  Targets {
    for (int i = 0; i < queries.length; i++) {
      if (keys[i] < 0 || keys[i] > queries[i] || queries[i] >= positions) {
        throw new IllegalArgumentException(
            "the pattern asks query %d to look at key %d in a row of %d tokens; a key is at its query or before it"
                .formatted(queries[i], keys[i], positions));
      }
    }
  }

  /** Entries (query, key) for which {@code holds}, among keys up to the query. */
  private static Targets where(int positions, Holds holds) {
    IntStream.Builder queries = IntStream.builder();
    IntStream.Builder keys = IntStream.builder();
    for (int query = 0; query < positions; query++) {
      for (int key = 0; key <= query; key++) {
        if (holds.at(query, key)) {
          queries.add(query);
          keys.add(key);
        }
      }
    }
    return new Targets(positions, queries.build().toArray(), keys.build().toArray());
  }

  private interface Holds {
    boolean at(int query, int key);
  }

  /** The key {@code back} before each query in [from, to). */
  static Targets diagonal(int positions, int back, int from, int to) {
    int first = Math.max(from, back);
    int[] queries = IntStream.range(first, Math.max(first, to)).toArray();
    return new Targets(positions, queries, Arrays.stream(queries).map(q -> q - back).toArray());
  }

  /** Earlier copies of the query's token. */
  static Targets sameToken(int[] ids) {
    return besideEarlier(ids, 0);
  }

  /** Tokens right after an earlier copy of the query's token, the query itself among them. */
  static Targets afterSameToken(int[] ids) {
    return besideEarlier(ids, 1);
  }

  /** The key {@code after} tokens behind each earlier copy of the query's token. */
  private static Targets besideEarlier(int[] ids, int after) {
    int[] previous = new int[ids.length]; // position of the last copy before, or -1
    int[] copies = new int[ids.length]; // before each position
    Map<Integer, Integer> last = new HashMap<>();
    for (int query = 0; query < ids.length; query++) {
      Integer before = last.put(ids[query], query);
      previous[query] = before == null ? -1 : before;
      copies[query] = before == null ? 0 : copies[before] + 1;
    }
    int[] queries = new int[Arrays.stream(copies).sum()];
    int[] keys = new int[queries.length];
    int next = 0;
    for (int query = 0; query < ids.length; query++) {
      Arrays.fill(queries, next, next + copies[query], query);
      next += copies[query];
      int at = next;
      for (int copy = previous[query]; copy >= 0; copy = previous[copy]) {
        keys[--at] = copy + after;
      }
    }
    return new Targets(ids.length, queries, keys);
  }

  /** Every key that holds {@code token}, or that stands {@code after} tokens behind one. */
  static Targets token(int[] ids, int token, int after) {
    return where(ids.length, (query, key) -> key >= after && ids[key - after] == token);
  }

  /**
   * In a block given several times, {@code offset} beside every earlier copy of the query, the copy
   * and its neighbour both lying in the blocks (Olsson et al. 2022).
   *
   * @param start position of the first block's first token
   */
  static Targets besideCopies(int positions, int start, int period, int repeats, int offset) {
    int end = start + period * repeats;
    return where(
        positions,
        (query, key) -> {
          int copy = key - offset;
          return query < end
              && copy >= start
              && copy < query
              && key >= start
              && (query - copy) % period == 0;
        });
  }

  /** From a matrix of zeros and ones, {@code [query, key]}. */
  static Targets ofMatrix(int positions, IntBinaryOperator matrix) {
    for (int query = 0; query < positions; query++) {
      for (int key = 0; key < positions; key++) {
        int value = matrix.applyAsInt(query, key);
        if (value != 0 && (value != 1 || key > query)) {
          throw new IllegalArgumentException(
              "the pattern holds %d at query %d, key %d; it must hold 0 and 1, and 0 above the diagonal"
                  .formatted(value, query, key));
        }
      }
    }
    return where(positions, (query, key) -> matrix.applyAsInt(query, key) == 1);
  }

  /** Without the entries at key 0, or at the query itself. */
  Targets without(boolean first, boolean current) {
    if (!first && !current) {
      return this;
    }
    int[] keptQueries = new int[keys.length];
    int[] keptKeys = new int[keys.length];
    int kept = 0;
    for (int i = 0; i < keys.length; i++) {
      if (!(first && keys[i] == 0) && !(current && keys[i] == queries[i])) {
        keptQueries[kept] = queries[i];
        keptKeys[kept++] = keys[i];
      }
    }
    return new Targets(positions, Arrays.copyOf(keptQueries, kept), Arrays.copyOf(keptKeys, kept));
  }

  int entries() {
    return keys.length;
  }

  /** Queries that have a target. */
  BitSet rows() {
    BitSet rows = new BitSet();
    Arrays.stream(queries).forEach(rows::set);
    return rows;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Targets(int n, int[] q, int[] k)
        && positions == n
        && Arrays.equals(queries, q)
        && Arrays.equals(keys, k);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * positions + Arrays.hashCode(queries)) + Arrays.hashCode(keys);
  }
}
