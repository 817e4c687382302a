package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * P(next | the last order − 1 tokens) of a counted corpus, unsmoothed.
 *
 * <p>Before a sequence stand start placeholders, as where it was counted. A context that was never
 * seen has the unigram distribution, as in the code of Chang and Bergen 2025; for orders above 2
 * this happens, and how often stands in the result. The distributions lie on the device; which of
 * them belongs to a position is looked up in the mapped table.
 */
final class NgramTarget implements Target {
  private final NgramTable table;
  private final long ngrams;
  private final int[] unigrams; // tokens that were seen
  private final double entriesOfPosition; // mean over the corpus
  private final DeviceRows rows;
  private long positionsAsked;
  private long positionsBackedOff;

  /**
   * Puts a table on the model's device.
   *
   * @param table closed with this
   * @throws circuitscope.probes.ngram.CountsException when it is of another vocabulary
   */
  NgramTarget(NgramTable table, Model model) {
    this.table = table;
    table.checkVocabulary(model.spec().vocab(), model.identity().origin());
    double[] unigram = table.unigramProbabilities();
    unigrams = IntStream.range(0, table.vocab()).filter(v -> unigram[v] > 0).toArray();
    ngrams = table.ngrams();
    double entries = 0;
    for (long row = 0; row < table.rows(); row++) {
      entries += (double) table.contextCount(row) * (begin(row + 1) - begin(row));
    }
    entriesOfPosition = entries / table.provenance().tokens();
    rows =
        new DeviceRows(
            model,
            table.rows() + 1,
            this::begin,
            table.vocab(),
            (from, row, columns, p) -> {
              long u = row;
              for (int i = 0; i < columns.length; i++) {
                long entry = from + i;
                while (entry >= begin(u + 1)) {
                  u++;
                }
                boolean ofUnigrams = u == table.rows();
                columns[i] = ofUnigrams ? unigrams[(int) (entry - ngrams)] : table.successor(entry);
                p[i] =
                    ofUnigrams
                        ? unigram[columns[i]]
                        : (double) table.count(entry) / table.contextCount(u);
              }
            });
  }

  /** The first entry of a row: those of the table, then the unigrams'. */
  private long begin(long row) {
    return row <= table.rows() ? table.rowBegin(row) : ngrams + unigrams.length;
  }

  @Override
  public Loss loss(NDArray logits, TokenBatch tokens, NDManager scope) {
    return rows.loss(logits, rowsOf(tokens), scope);
  }

  private long[] rowsOf(TokenBatch tokens) {
    int length = tokens.positions();
    int[] context = new int[table.order() - 1];
    long[] wanted = new long[tokens.batch() * length];
    for (int i = 0; i < wanted.length; i++) {
      int[] ids = tokens.ids()[i / length];
      boolean known = true;
      for (int back = 0; back < context.length; back++) {
        int at = i % length - back;
        int id = at < 0 ? table.vocab() : ids[at];
        known &= at < 0 || id < table.vocab();
        context[context.length - 1 - back] = Math.min(id, table.vocab());
      }
      long row = known ? table.row(context) : NgramTable.UNSEEN;
      wanted[i] = row == NgramTable.UNSEEN ? table.rows() : row;
      positionsBackedOff += row == NgramTable.UNSEEN ? 1 : 0;
    }
    positionsAsked += wanted.length;
    return wanted;
  }

  @Override
  public long temporaryBytes(long positions) {
    return rows.temporaryBytes(positions, entriesOfPosition);
  }

  @Override
  public Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put(MaskProvenance.TARGET, table.order() + "-gram");
    provenance.put("ngrams_digest", table.provenance().tokensDigest());
    return provenance;
  }

  @Override
  public double backedOff() {
    return positionsAsked == 0 ? 0 : (double) positionsBackedOff / positionsAsked;
  }

  @Override
  public void close() {
    rows.close();
    table.close();
  }
}
