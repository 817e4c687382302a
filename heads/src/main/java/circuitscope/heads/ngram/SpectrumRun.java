package circuitscope.heads.ngram;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import java.util.List;

/**
 * Runs a model and sums its patterns as they are made. No pattern is kept: each layer's is
 * multiplied with the weights of {@link SpectrumColumns} on the device.
 */
final class SpectrumRun {
  /** Weights on the device at once, in values: 256 MB. */
  private static final long WEIGHTS_AT_ONCE = 1L << 26;

  private final Model model;
  private final List<int[]> rows;
  private final SpectrumSums sums;

  /**
   * Nothing is run yet.
   *
   * @param rows all of one length
   */
  SpectrumRun(Model model, List<int[]> rows, SpectrumSums sums) {
    this.model = model;
    this.rows = rows;
    this.sums = sums;
  }

  /** How many rows are run at once. */
  int rowsAtOnce(int asked) {
    int columns = SpectrumColumns.observed(sums.maxOrder()) + swapsAtOnce() * swappedColumns();
    return Math.clamp(WEIGHTS_AT_ONCE / (area() * columns), 1, asked);
  }

  private int swapsAtOnce() {
    return Math.clamp(WEIGHTS_AT_ONCE / 2 / (area() * swappedColumns()), 1, sums.swaps());
  }

  private int swappedColumns() {
    return SpectrumColumns.swapped(sums.maxOrder());
  }

  private long area() {
    return (long) rows.getFirst().length * rows.getFirst().length;
  }

  /** Runs the model on rows {@code from} to {@code to}. */
  void rows(int from, int to) {
    TokenBatch tokens = TokenBatch.of(rows.subList(from, to));
    int atOnce = swapsAtOnce();
    for (int swap = 0; swap < sums.swaps(); swap += atOnce) {
      pass(tokens, new Pass(from, swap, Math.min(sums.swaps(), swap + atOnce)));
    }
  }

  /** One run of the model; the first of some rows also holds what is observed. */
  private final class Pass {
    final int firstRow;
    final int fromSwap;
    final int toSwap;
    final int swappedFrom;
    final int columns;

    Pass(int firstRow, int fromSwap, int toSwap) {
      this.firstRow = firstRow;
      this.fromSwap = fromSwap;
      this.toSwap = toSwap;
      this.swappedFrom = fromSwap == 0 ? SpectrumColumns.observed(sums.maxOrder()) : 0;
      this.columns = swappedFrom + (toSwap - fromSwap) * swappedColumns();
    }

    /** {@code [row, query, key, column]}. */
    float[] weights(int batch, int length) {
      float[] weights = new float[batch * length * length * columns];
      for (int row = 0; row < batch; row++) {
        SpectrumColumns.Part part =
            new SpectrumColumns.Part(weights, row * length * length * columns, length, columns);
        if (fromSwap == 0) {
          SpectrumColumns.fillObserved(sums.sets(firstRow + row), part);
        }
        for (int swap = fromSwap; swap < toSwap; swap++) {
          int column = swappedFrom + (swap - fromSwap) * swappedColumns();
          SpectrumColumns.fillSwapped(sums.partnerOf(firstRow + row, swap), part, column);
        }
      }
      return weights;
    }

    /** Keeps one layer's {@code [row, head, column]}. */
    void keep(int layer, int heads, float[] values) {
      for (int i = 0; i < values.length; i++) {
        int column = i % columns;
        int head = layer * heads + i / columns % heads;
        int row = firstRow + i / columns / heads;
        if (column < swappedFrom) {
          sums.observe(head, row, column, values[i]);
        } else {
          int order = 2 + (column - swappedFrom) % swappedColumns();
          int swap = fromSwap + (column - swappedFrom) / swappedColumns();
          sums.observeSwapped(head, row, swap, order, values[i]);
        }
      }
    }
  }

  private void pass(TokenBatch tokens, Pass pass) {
    int length = tokens.positions();
    try (NDManager scope = model.newManager()) {
      Shape shape = new Shape(tokens.batch(), (long) length * length, pass.columns);
      NDArray weights = scope.create(pass.weights(tokens.batch(), length), shape);
      model.run(
          tokens,
          new PatternReader(
              (layer, pattern) -> {
                long[] axes = pattern.getShape().getShape(); // [batch, head, query, key]
                try (NDArray flat = pattern.reshape(axes[0], axes[1], axes[2] * axes[3]);
                    NDArray product = flat.matMul(weights)) { // [batch, head, column]
                  pass.keep(layer, (int) axes[1], product.toFloatArray());
                }
              }));
    }
  }
}
