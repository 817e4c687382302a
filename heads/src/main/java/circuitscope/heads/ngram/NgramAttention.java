package circuitscope.heads.ngram;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The attention of a static n-gram layer (Akyürek et al. 2024, section 6; {@code rnn/ngram.py} of
 * their code): query i attends equally to all keys j ≤ i−1 with x[i−k] = x[j−1−k] for k = 0 …
 * matched−1, and to nothing where there are none. Here that is order n = matched + 1.
 */
final class NgramAttention {
  private NgramAttention() {}

  /**
   * The attention of each row.
   *
   * @param rows {@code [row][position]}, of one length
   * @param control when given, each query's keys are drawn anew, as many, among those before it
   * @return {@code [row, query, key]}
   */
  static float[] of(int[][] rows, int matched, @Nullable RandomGenerator control) {
    int length = rows[0].length;
    float[] attention = new float[rows.length * length * length];
    int[] keys = new int[length];
    for (int row = 0; row < rows.length; row++) {
      MatchDepths depths = MatchDepths.of(rows[row], matched, false);
      for (int query = 0; query < length; query++) {
        int count = 0;
        for (int key = 0; key < query; key++) {
          if (depths.at(query, key) >= matched) {
            keys[count++] = key;
          }
        }
        if (control != null) {
          drawAnew(keys, count, query, control);
        }
        for (int i = 0; i < count; i++) {
          attention[(row * length + query) * length + keys[i]] = 1f / count;
        }
      }
    }
    return attention;
  }

  /** {@code count} distinct keys before the query (Floyd's algorithm). */
  private static void drawAnew(int[] keys, int count, int query, RandomGenerator random) {
    for (int i = 0; i < count; i++) {
      int last = query - count + i;
      int drawn = random.nextInt(last + 1);
      for (int before = 0; before < i; before++) {
        if (keys[before] == drawn) {
          drawn = last;
          break;
        }
      }
      keys[i] = drawn;
    }
  }

  /** The share of queries that match anything. */
  static double coverage(int[][] rows, int matched) {
    long found = 0;
    for (int[] row : rows) {
      MatchDepths depths = MatchDepths.of(row, matched, false);
      for (int query = 0; query < row.length; query++) {
        for (int key = 0; key < query; key++) {
          if (depths.at(query, key) >= matched) {
            found++;
            break;
          }
        }
      }
    }
    return (double) found / rows.length / rows[0].length;
  }
}
