package circuitscope.probes.model;

import java.util.List;

/**
 * Token ids of several sequences, padded on the right.
 *
 * <p>Attention is causal, so what stands in the padding can never reach a real position; results at
 * padded positions mean nothing and are left out of losses and averages.
 *
 * @param ids {@code [batch][position]}, all rows equally long
 * @param lengths real tokens of each row
 */
public record TokenBatch(int[][] ids, int[] lengths) {

  public TokenBatch {
    if (ids.length == 0 || ids[0].length == 0) {
      throw new IllegalArgumentException("a batch needs at least one token");
    }
    if (lengths.length != ids.length) {
      throw new IllegalArgumentException(
          "lengths of %d rows for %d rows of ids".formatted(lengths.length, ids.length));
    }
    for (int row = 0; row < ids.length; row++) {
      if (ids[row].length != ids[0].length || lengths[row] > ids[row].length || lengths[row] < 1) {
        throw new IllegalArgumentException(
            "row %d: %d ids and length %d in a batch %d wide"
                .formatted(row, ids[row].length, lengths[row], ids[0].length));
      }
    }
  }

  /** Rows as they are, padded on the right to the longest with id 0. */
  public static TokenBatch of(List<int[]> rows) {
    int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    int[][] ids = new int[rows.size()][width];
    int[] lengths = new int[rows.size()];
    for (int row = 0; row < ids.length; row++) {
      int[] tokens = rows.get(row);
      System.arraycopy(tokens, 0, ids[row], 0, tokens.length);
      lengths[row] = tokens.length;
    }
    return new TokenBatch(ids, lengths);
  }

  public static TokenBatch of(int[]... rows) {
    return of(List.of(rows));
  }

  public int batch() {
    return ids.length;
  }

  public int positions() {
    return ids[0].length;
  }

  /** Row-major {@code [batch, position]}. */
  public long[] flat() {
    long[] flat = new long[batch() * positions()];
    int next = 0;
    for (int[] row : ids) {
      for (int id : row) {
        flat[next++] = id;
      }
    }
    return flat;
  }

  /**
   * @throws IllegalArgumentException naming the first id outside the vocabulary
   */
  void checkVocabulary(int vocab) {
    for (int row = 0; row < ids.length; row++) {
      for (int position = 0; position < ids[row].length; position++) {
        int id = ids[row][position];
        if (id < 0 || id >= vocab) {
          throw new IllegalArgumentException(
              "token id %d at row %d, position %d is outside the model's vocabulary of %d; is this"
                      .formatted(id, row, position, vocab)
                  + " the model's own tokenizer?");
        }
      }
    }
  }
}
