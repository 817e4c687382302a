package circuitscope.probes.ngram;

import circuitscope.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * n-gram counts of a corpus for any order, memory-mapped: P(next | the {@code order − 1} tokens
 * before it). A context that was never seen backs off to the unigram distribution. May be read from
 * any thread until closed.
 *
 * <p>What stands before a window is the start placeholder, the id {@code vocab}.
 */
public final class NgramTable implements AutoCloseable {
  /** In place of a row, for a context that was never seen. */
  public static final long UNSEEN = CountRows.UNSEEN;

  private final CountsFile file;
  private final CountRows rows;
  private final NgramKeys keys;

  private NgramTable(CountsFile file, double addK) {
    this.file = file;
    rows = new CountRows(file, addK);
    keys = new NgramKeys(file.provenance().order(), file.provenance().vocabulary());
  }

  /** Opens a counts file of any order, unsmoothed. */
  public static NgramTable open(Path path) {
    return open(path, 0);
  }

  /**
   * Opens a counts file of any order; all of it is read once and checked.
   *
   * @param addK what is added to every count, 0 for none
   * @throws CountsException when it is not one or is damaged
   */
  public static NgramTable open(Path path, double addK) {
    CountsFile file = CountsFile.open(path);
    try {
      return new NgramTable(file, addK);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public CountsProvenance provenance() {
    return file.provenance();
  }

  /** Length of the n-grams; a context has one token less. */
  public int order() {
    return keys.order();
  }

  /** Token ids are below this, which is also the start placeholder. */
  public int vocab() {
    return keys.vocabulary();
  }

  /** Distinct n-grams. */
  public long ngrams() {
    return file.pairs();
  }

  /** Distinct contexts that were seen, placeholders included. */
  public long contexts() {
    long seen = 0;
    for (long row = 0; row < file.rows(); row++) {
      seen += file.contextCount(row) > 0 ? 1 : 0;
    }
    return seen;
  }

  /** Rows of the table: distinct contexts, and for bigrams those that were never seen. */
  public long rows() {
    return file.rows();
  }

  /**
   * The first n-gram of a row, an index for {@link #successor} and {@link #count(long)}; of the row
   * after the last, the number of n-grams.
   */
  public long rowBegin(long row) {
    return file.rowBegin(row);
  }

  /** How often the context of a row was seen. */
  public long contextCount(long row) {
    return file.contextCount(row);
  }

  /** The last token of an n-gram; they ascend within a row. */
  public int successor(long ngram) {
    return file.successor(ngram);
  }

  /** How often an n-gram was seen, at least once. */
  public long count(long ngram) {
    return file.count(ngram);
  }

  /** The unigram distribution {@code [vocab]}, with the smoothing. */
  public double[] unigramProbabilities() {
    double[] probabilities = new double[vocab()];
    for (int v = 0; v < probabilities.length; v++) {
      probabilities[v] = rows.probability(UNSEEN, v);
    }
    return probabilities;
  }

  /** How often {@code v} followed a context {@code [order − 1]}. */
  public long count(int[] context, int v) {
    rows.checkToken(v);
    long row = row(context);
    return row == UNSEEN ? 0 : rows.count(row, v);
  }

  /** Whether a context was seen; otherwise its distribution is the unigram one. */
  public boolean seen(int[] context) {
    return row(context) != UNSEEN;
  }

  /** P(v | context), with the back-off and the smoothing. */
  public double probability(int[] context, int v) {
    return rows.probability(row(context), v);
  }

  /** −log₂ P(v | context); positive infinity where P is 0. */
  public double surprisalBits(int[] context, int v) {
    return CountRows.bits(probability(context, v));
  }

  /** Entropy of the next token after a context. */
  public double entropyBits(int[] context) {
    return rows.entropyBits(row(context));
  }

  /** The {@code k} most likely successors that were seen, most likely first, ties by id. */
  public List<Successor> top(int[] context, int k) {
    return rows.top(row(context), k);
  }

  /**
   * Makes sure that the table's ids are a model's; the model's vocabulary may be padded.
   *
   * @param model what to call the model in the message
   * @throws CountsException when the table was counted with another tokenizer
   */
  public void checkVocabulary(int modelVocab, String model) {
    file.checkVocabulary(modelVocab, model);
  }

  /**
   * Makes sure that the table's ids are a tokenizer's.
   *
   * @throws CountsException when they are another's
   */
  public void checkTokenizer(Tokenizer tokenizer) {
    file.checkTokenizer(tokenizer);
  }

  /**
   * The row of a context {@code [order − 1]}, by bisection; {@link #UNSEEN} where there is none.
   */
  public long row(int[] context) {
    long wanted = keys.context(context);
    if (order() == 2) {
      return file.contextCount(wanted) > 0 ? wanted : UNSEEN;
    }
    long low = 0;
    long high = file.rows() - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      long there = 0;
      for (int digit = 0; digit < context.length; digit++) {
        there = keys.key(there, file.contextId(middle, digit));
      }
      if (there == wanted) {
        return middle;
      }
      if (there < wanted) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return UNSEEN;
  }

  @Override
  public void close() {
    file.close();
  }
}
