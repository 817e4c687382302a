package circuitscope.heads.ngram;

/**
 * How many tokens up to a query are repeated up to just before a key.
 *
 * <p>Depth d at (i, j) means x[i−d+1 … i] = x[j−d … j−1], and no more. <b>Convention:</b> order n
 * matches n−1 tokens, so order 2 is ordinary induction; the {@code ngram} of Akyürek et al.'s code
 * (2024) counts matched tokens, n_code = n−1. The match set is {@code M_n = {(i, j): j ≤ i, depth ≥
 * n−1}}; M_1 holds everything up to the diagonal, and M_{n+1} is a part of M_n.
 */
public final class MatchDepths {
  private final int size;
  private final byte[] depths; // [query, key]

  private MatchDepths(int size, byte[] depths) {
    this.size = size;
    this.depths = depths;
  }

  /**
   * Depths of one row of tokens.
   *
   * @param most deeper matches count as this deep, at most 127
   * @param selfTarget whether a key may be the query itself, where a token repeats at once
   */
  public static MatchDepths of(int[] tokens, int most, boolean selfTarget) {
    int size = tokens.length;
    byte[] depths = new byte[size * size];
    for (int i = 0; i < size; i++) {
      int lastKey = selfTarget ? i : i - 1;
      for (int j = 1; j <= lastKey; j++) {
        if (tokens[i] == tokens[j - 1]) {
          int before = depths[(i - 1) * size + j - 1];
          depths[i * size + j] = (byte) Math.min(before + 1, most);
        }
      }
    }
    return new MatchDepths(size, depths);
  }

  public int size() {
    return size;
  }

  public int at(int query, int key) {
    return depths[query * size + key];
  }

  /** Whether the pair is in M_n. */
  public boolean matches(int order, int query, int key) {
    return key <= query && at(query, key) >= order - 1;
  }

  /** Whether the pair is in E_n = M_n − M_{n+1}: it matches n−1 tokens and not n. */
  public boolean exactly(int order, int query, int key) {
    return key <= query && at(query, key) == order - 1;
  }
}
