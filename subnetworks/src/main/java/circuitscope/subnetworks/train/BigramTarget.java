package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Steps;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * P(next | current token) of a counted corpus, unsmoothed, as compressed sparse rows on the device.
 *
 * <p>The target at a position depends on the token there alone, so all positions count, the first
 * and the last of a sequence too. A token that was never seen as a context has the unigram
 * distribution. The softmax runs over the table's vocabulary: padding rows of the model take no
 * part (Chang and Bergen 2025, section 3).
 */
public final class BigramTarget implements Target {
  /** Entries uploaded at once. */
  private static final int SLICE = 1 << 24;

  /** Tables up to this size are stored densely, which is faster: vocabularies up to 11,585. */
  private static final long DENSE_BYTES = 512L << 20;

  /**
   * Of one entry of a row in use: two indices on the way, place, column, share, log-probability.
   */
  private static final int ENTRY_BYTES = 48;

  private final NDManager manager;
  private final int vocab;
  private final Map<String, String> provenance = new LinkedHashMap<>();
  private final long[] starts; // [row + 1]
  private final boolean[] seen;
  private final double entriesOfPosition; // mean over the corpus
  private final @Nullable NDArray dense; // [row, vocab]
  private final NDArray deviceStarts;
  private final NDArray columns;
  private final NDArray probabilities;

  /**
   * Puts a table on the model's device; the table may be closed afterwards.
   *
   * @throws circuitscope.probes.ngram.CountsException when it is of another vocabulary
   * @throws IllegalArgumentException when it is smoothed: no row would be sparse
   */
  public BigramTarget(BigramTable table, Model model) {
    table.checkVocabulary(model.spec().vocab(), model.identity().origin());
    if (table.addK() > 0) {
      throw new IllegalArgumentException(
          "masks are trained towards unsmoothed bigrams, and the table adds %s to each count"
              .formatted(table.addK()));
    }
    vocab = table.vocab();
    provenance.put(MaskProvenance.TARGET, "bigram");
    provenance.put(MaskProvenance.BIGRAMS_DIGEST, table.provenance().tokensDigest());
    seen = new boolean[vocab];
    starts = new long[vocab + 2]; // a row a token, then the unigram row
    double[] unigram = table.unigramProbabilities();
    for (int u = 0; u < vocab; u++) {
      seen[u] = table.seen(u);
      starts[u + 1] = table.rowEnd(u);
    }
    double entries = 0;
    for (int u = 0; u < vocab; u++) {
      entries += unigram[u] * (starts[u + 1] - starts[u]);
    }
    entriesOfPosition = entries;
    long pairs = starts[vocab];
    int[] unigramColumns = IntStream.range(0, vocab).filter(v -> unigram[v] > 0).toArray();
    starts[vocab + 1] = pairs + unigramColumns.length;

    manager = model.newManager();
    DataType type = model.precision().dataType();
    deviceStarts = manager.create(starts);
    columns = manager.create(new Shape(starts[vocab + 1]), DataType.INT32);
    probabilities = manager.create(new Shape(starts[vocab + 1]), type);
    int u = 0;
    for (long from = 0; from < pairs; from += SLICE) {
      int count = (int) Math.min(SLICE, pairs - from);
      int[] ids = new int[count];
      double[] p = new double[count];
      for (int i = 0; i < count; i++) {
        while (from + i >= starts[u + 1]) {
          u++;
        }
        ids[i] = table.successor(from + i);
        p[i] = (double) table.count(from + i) / table.contextCount(u);
      }
      upload(from, ids, p, type);
    }
    upload(
        pairs,
        unigramColumns,
        Arrays.stream(unigramColumns).mapToDouble(v -> unigram[v]).toArray(),
        type);
    long denseBytes = (vocab + 1L) * vocab * type.getNumOfBytes();
    dense = denseBytes <= DENSE_BYTES ? spread() : null;
  }

  private NDArray spread() {
    return Steps.call(STEP, "spread", manager, deviceStarts, columns, probabilities, (long) vocab)
        .singletonOrThrow();
  }

  private void upload(long from, int[] ids, double[] p, DataType type) {
    try (NDManager scope = manager.newSubManager()) {
      NDIndex place = new NDIndex("{}:{}", from, from + ids.length);
      columns.set(place, scope.create(ids));
      probabilities.set(place, scope.create(p).toType(type, false));
    }
  }

  @Override
  public Loss loss(NDArray logits, TokenBatch tokens, NDManager scope) {
    long[] rows = rows(tokens);
    NDArray table = dense;
    if (table != null) {
      return Loss.of(Steps.call(STEP, "table", scope, logits, scope.create(rows), table));
    }
    return Loss.of(
        Steps.call(
            STEP,
            "sparse",
            scope,
            logits,
            scope.create(rows),
            deviceStarts,
            columns,
            probabilities,
            entries(rows),
            (long) vocab));
  }

  /**
   * What the target expects the logits to be, Σ P(v)·z_v: the cross-entropy is the logsumexp over
   * the table's vocabulary less this.
   *
   * @param logits {@code [batch · position, vocab]}
   * @return {@code [batch · position]}
   */
  public NDArray expectedLogits(NDArray logits, TokenBatch tokens, NDManager scope) {
    long[] rows = rows(tokens);
    NDArray table = dense;
    if (table != null) {
      return Steps.call(STEP, "expected_of_table", scope, logits, scope.create(rows), table)
          .singletonOrThrow();
    }
    return Steps.call(
            STEP,
            "expected",
            scope,
            logits,
            scope.create(rows),
            deviceStarts,
            columns,
            probabilities,
            entries(rows))
        .singletonOrThrow();
  }

  /** The table's row of each position: the unigrams' where the token was never a context. */
  private long[] rows(TokenBatch tokens) {
    long[] rows = tokens.flat().clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i] < vocab && seen[(int) rows[i]] ? rows[i] : vocab;
    }
    return rows;
  }

  private long entries(long[] rows) {
    return Arrays.stream(rows).map(row -> starts[(int) row + 1] - starts[(int) row]).sum();
  }

  @Override
  public long temporaryBytes(long positions) {
    return (long) (positions * (dense == null ? entriesOfPosition * ENTRY_BYTES : 8.0 * vocab));
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
  }

  @Override
  public void close() {
    manager.close();
  }
}
