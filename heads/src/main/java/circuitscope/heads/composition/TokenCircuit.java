package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A vocab × vocab matrix L·R seen in tiles of rows, which are centred: its largest entries, and how
 * often a row's largest entry is its own token.
 *
 * @param largest the largest first, as token numbers
 * @param ownFirst share of rows whose largest entry is on the diagonal
 */
record TokenCircuit(List<Entry> largest, double ownFirst) {
  /** Values of a tile at once. */
  private static final long TILE = 1L << 24;

  /** One entry. */
  record Entry(int row, int column, double value) {}

  /**
   * Looks through all rows.
   *
   * @param left L, {@code [vocab, dHead]}
   * @param right R, {@code [dHead, vocab]}
   * @param top entries wanted
   */
  static TokenCircuit of(NDArray left, NDArray right, int top, Progress progress) {
    int vocab = (int) left.getShape().get(0);
    int wanted = Math.min(top, vocab); // of a row
    int rows = Math.clamp(TILE / vocab, 1, vocab);
    PriorityQueue<Entry> best = new PriorityQueue<>(Comparator.comparingDouble(Entry::value));
    long own = 0;
    progress.begin(vocab, "tokens");
    for (int from = 0; from < vocab; from += rows) {
      int to = Math.min(vocab, from + rows);
      try (NDManager tile = left.getManager().newSubManager()) {
        NDArray part = left.get(tile, new NDIndex("{}:{}", from, to));
        NDArray product = part.matMul(right);
        NDArray centred = product.sub(product.mean(new int[] {1}, true));
        NDList largest = centred.topK(wanted, 1);
        double[] values = largest.get(0).toType(DataType.FLOAT64, false).toDoubleArray();
        long[] columns = largest.get(1).toType(DataType.INT64, false).toLongArray();
        for (int i = 0; i < values.length; i++) {
          int row = from + i / wanted;
          own += i % wanted == 0 && columns[i] == row ? 1 : 0;
          if (best.size() < top || values[i] > best.element().value()) {
            best.add(new Entry(row, (int) columns[i], values[i]));
            if (best.size() > top) {
              best.remove();
            }
          }
        }
      }
      progress.advance(to - from);
    }
    List<Entry> descending = new ArrayList<>(best);
    descending.sort(Comparator.comparingDouble(entry -> -entry.value()));
    return new TokenCircuit(descending, (double) own / vocab);
  }
}
