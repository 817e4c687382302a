package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * P(next | current token) of a counted corpus, unsmoothed, as compressed sparse rows on the device.
 *
 * <p>The target at a position depends on the token there alone, so all positions count, the first
 * and the last of a sequence too. A token that was never seen as a context has the unigram
 * distribution (Chang and Bergen 2025, section 3).
 */
public final class BigramTarget implements Target {
  private final int vocab;
  private final Map<String, String> provenance = new LinkedHashMap<>();
  private final long[] starts; // [row + 1]: a row a token, then the unigram row
  private final boolean[] seen;
  private final double entriesOfPosition; // mean over the corpus
  private final DeviceRows rows;

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
    starts = new long[vocab + 2];
    double[] unigram = table.unigramProbabilities();
    double entries = 0;
    for (int u = 0; u < vocab; u++) {
      seen[u] = table.seen(u);
      starts[u + 1] = table.rowEnd(u);
      entries += unigram[u] * (starts[u + 1] - starts[u]);
    }
    entriesOfPosition = entries;
    long pairs = starts[vocab];
    int[] unigrams = IntStream.range(0, vocab).filter(v -> unigram[v] > 0).toArray();
    starts[vocab + 1] = pairs + unigrams.length;
    rows =
        new DeviceRows(
            model,
            vocab + 1L,
            row -> starts[(int) row],
            vocab,
            (from, row, columns, p) -> {
              int u = (int) row;
              for (int i = 0; i < columns.length; i++) {
                long entry = from + i;
                while (entry >= starts[u + 1]) {
                  u++;
                }
                columns[i] = u == vocab ? unigrams[(int) (entry - pairs)] : table.successor(entry);
                p[i] =
                    u == vocab
                        ? unigram[columns[i]]
                        : (double) table.count(entry) / table.contextCount(u);
              }
            });
  }

  @Override
  public Loss loss(NDArray logits, TokenBatch tokens, NDManager scope) {
    return rows.loss(logits, rowsOf(tokens), scope);
  }

  /**
   * What the target expects the logits to be, Σ P(v)·z_v: the cross-entropy is the logsumexp over
   * the table's vocabulary less this.
   *
   * @param logits {@code [batch · position, vocab]}
   * @return {@code [batch · position]}
   */
  public NDArray expectedLogits(NDArray logits, TokenBatch tokens, NDManager scope) {
    return rows.expectedLogits(logits, rowsOf(tokens), scope);
  }

  /** The table's row of each position: the unigrams' where the token was never a context. */
  private long[] rowsOf(TokenBatch tokens) {
    long[] wanted = tokens.flat().clone();
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = wanted[i] < vocab && seen[(int) wanted[i]] ? wanted[i] : vocab;
    }
    return wanted;
  }

  @Override
  public long temporaryBytes(long positions) {
    return rows.temporaryBytes(positions, entriesOfPosition);
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
  }

  @Override
  public void close() {
    rows.close();
  }
}
