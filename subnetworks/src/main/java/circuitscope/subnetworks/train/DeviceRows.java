package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Steps;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sparse distributions over a vocabulary as compressed rows on a model's device, and the
 * cross-entropy to them. The softmax runs over the vocabulary of the rows: padding rows of the
 * model take no part.
 */
final class DeviceRows implements AutoCloseable {
  /** Entries uploaded at once. */
  private static final int SLICE = 1 << 24;

  /** Rows up to this size are stored densely, which is faster. */
  private static final long DENSE_BYTES = 512L << 20;

  /**
   * Of one entry of a row in use: two indices on the way, place, column, share, log-probability.
   */
  private static final int ENTRY_BYTES = 48;

  private final NDManager manager;
  private final long vocab;
  private final LongUnaryOperator begin;
  private final NDArray starts; // [row + 1]
  private final NDArray columns; // [entry]
  private final NDArray probabilities; // [entry]
  private final @Nullable NDArray dense; // [row, vocab]

  /** What stands in the rows, asked for once, in order. */
  interface Entries {
    /**
     * Fills in entries.
     *
     * @param from the first
     * @param row that it is in
     */
    void read(long from, long row, int[] columns, double[] probabilities);
  }

  /**
   * Uploads rows.
   *
   * @param begin the first entry of each row, and of the row after the last; asked again later
   */
  DeviceRows(Model model, long rows, LongUnaryOperator begin, int vocab, Entries entries) {
    this.vocab = vocab;
    this.begin = begin;
    manager = model.newManager();
    DataType type = model.precision().dataType();
    long count = begin.applyAsLong(rows);
    starts = manager.create(new Shape(rows + 1), DataType.INT64);
    columns = manager.create(new Shape(count), DataType.INT32);
    probabilities = manager.create(new Shape(count), type);
    uploadStarts(rows);
    long row = 0;
    for (long from = 0; from < count; from += SLICE) {
      while (begin.applyAsLong(row + 1) <= from) {
        row++;
      }
      int size = (int) Math.min(SLICE, count - from);
      int[] ids = new int[size];
      double[] p = new double[size];
      entries.read(from, row, ids, p);
      try (NDManager scope = manager.newSubManager()) {
        NDIndex place = new NDIndex("{}:{}", from, from + size);
        columns.set(place, scope.create(ids));
        probabilities.set(place, scope.create(p).toType(type, false));
      }
    }
    boolean small = (double) rows * vocab * type.getNumOfBytes() <= DENSE_BYTES;
    dense =
        small
            ? Steps.call(
                    Target.STEP, "spread", manager, starts, columns, probabilities, (long) vocab)
                .singletonOrThrow()
            : null;
  }

  private void uploadStarts(long rows) {
    for (long from = 0; from <= rows; from += SLICE) {
      long[] slice = new long[(int) Math.min(SLICE, rows + 1 - from)];
      for (int i = 0; i < slice.length; i++) {
        slice[i] = begin.applyAsLong(from + i);
      }
      try (NDManager scope = manager.newSubManager()) {
        starts.set(new NDIndex("{}:{}", from, from + slice.length), scope.create(slice));
      }
    }
  }

  /**
   * The loss of some logits.
   *
   * @param logits {@code [position, vocab]}
   * @param rows the row of each position
   */
  Target.Loss loss(NDArray logits, long[] rows, NDManager scope) {
    NDArray wanted = scope.create(rows);
    NDArray table = dense;
    return Target.Loss.of(
        table != null
            ? Steps.call(Target.STEP, "table", scope, logits, wanted, table)
            : Steps.call(
                Target.STEP,
                "sparse",
                scope,
                logits,
                wanted,
                starts,
                columns,
                probabilities,
                entries(rows),
                vocab));
  }

  /**
   * What the rows expect the logits to be, Σ p(v)·z_v: the cross-entropy is the logsumexp over the
   * vocabulary less this.
   *
   * @return {@code [position]}
   */
  NDArray expectedLogits(NDArray logits, long[] rows, NDManager scope) {
    NDArray wanted = scope.create(rows);
    NDArray table = dense;
    return table != null
        ? Steps.call(Target.STEP, "expected_of_table", scope, logits, wanted, table)
            .singletonOrThrow()
        : Steps.call(
                Target.STEP,
                "expected",
                scope,
                logits,
                wanted,
                starts,
                columns,
                probabilities,
                entries(rows))
            .singletonOrThrow();
  }

  private long entries(long[] rows) {
    return Arrays.stream(rows)
        .map(row -> begin.applyAsLong(row + 1) - begin.applyAsLong(row))
        .sum();
  }

  /** As {@link Target#temporaryBytes}, for rows of so many entries in the mean. */
  long temporaryBytes(long positions, double entriesOfPosition) {
    return (long) (positions * (dense == null ? entriesOfPosition * ENTRY_BYTES : 8.0 * vocab));
  }

  @Override
  public void close() {
    manager.close();
  }
}
