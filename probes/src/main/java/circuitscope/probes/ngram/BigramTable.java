package circuitscope.probes.ngram;

import circuitscope.models.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * Bigram counts of a corpus, memory-mapped: P(next | current) without smoothing, or with add-k.
 *
 * <p>Rows are the contexts {@code u} from 0 to {@link #vocab()}; the last one is the start
 * placeholder, under which each window counts its first token. A context that was never seen backs
 * off to the unigram distribution ({@link #seen} tells). May be read from any thread until closed.
 */
public final class BigramTable implements AutoCloseable {
  private final CountsFile file;
  private final CountRows rows;
  private final double addK;

  private BigramTable(CountsFile file, double addK) {
    this.file = file;
    this.addK = addK;
    rows = new CountRows(file, addK);
  }

  /** Opens a counts file of order 2, unsmoothed. */
  public static BigramTable open(Path path) {
    return open(path, 0);
  }

  /**
   * Opens a counts file of order 2; all of it is read once and checked.
   *
   * @param addK what is added to every count, 0 for none
   * @throws CountsException when it is not one, is damaged, or has another order
   */
  public static BigramTable open(Path path, double addK) {
    CountsFile file = CountsFile.open(path);
    try {
      if (file.provenance().order() != 2) {
        throw new CountsException(
            "%s holds n-grams of order %d, expected bigrams; count with --order 2"
                .formatted(path, file.provenance().order()));
      }
      return new BigramTable(file, addK);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public CountsProvenance provenance() {
    return file.provenance();
  }

  public Path path() {
    return file.path();
  }

  /** Token ids are below this, which is also the start placeholder's context. */
  public int vocab() {
    return file.provenance().vocabulary();
  }

  /** Distinct pairs, those of the start placeholder included. */
  public long pairs() {
    return file.pairs();
  }

  /** The first pair of context {@code u}: an index for {@link #successor} and {@link #count}. */
  public long rowBegin(int u) {
    return file.rowBegin(context(u));
  }

  /** The pair after the last of context {@code u}. */
  public long rowEnd(int u) {
    return file.rowBegin(context(u) + 1L);
  }

  /** The successor's token id; they ascend within a row. */
  public int successor(long pair) {
    return file.successor(pair);
  }

  /** How often a pair was seen, at least once. */
  public long count(long pair) {
    return file.count(pair);
  }

  /** How often {@code u} was seen before another token of its window. */
  public long contextCount(int u) {
    return file.contextCount(context(u));
  }

  /** How often {@code v} was seen. */
  public long unigramCount(int v) {
    rows.checkToken(v);
    return file.unigram(v);
  }

  /** Whether {@code u} was seen as a context; otherwise its distribution is the unigram one. */
  public boolean seen(int u) {
    return contextCount(u) > 0;
  }

  /** P(v | u), with the back-off and the smoothing. */
  public double probability(int u, int v) {
    return rows.probability(row(u), v);
  }

  /** −log₂ P(v | u); positive infinity where P is 0. */
  public double surprisalBits(int u, int v) {
    return CountRows.bits(probability(u, v));
  }

  /** Entropy of the next token after {@code u}. */
  public double entropyBits(int u) {
    return rows.entropyBits(row(u));
  }

  /** The {@code k} most likely successors that were seen, most likely first, ties by id. */
  public List<Successor> top(int u, int k) {
    return rows.top(row(u), k);
  }

  /** Row offsets as mapped, little-endian int64 {@code [vocab + 2]}. */
  public MemorySegment rowOffsets() {
    return file.rowOffsets();
  }

  /** Successors as mapped, little-endian int32 {@code [pair]}. */
  public MemorySegment successors() {
    return file.successors();
  }

  /**
   * P(v | u) of every pair, as native float32 {@code [pair]}, in the order of {@link #successors}.
   * Rows of contexts that were never seen are empty: see {@link #unigramProbabilities}. With add-k,
   * each token outside a row has {@link #unseenProbability}.
   */
  public MemorySegment probabilities(SegmentAllocator allocator) {
    MemorySegment values = allocator.allocate(pairs() * Float.BYTES, Float.BYTES);
    for (int u = 0; u <= vocab(); u++) {
      long total = file.contextCount(u);
      long end = rowEnd(u);
      for (long pair = rowBegin(u); pair < end; pair++) {
        values.setAtIndex(
            ValueLayout.JAVA_FLOAT, pair, (float) rows.smoothed(file.count(pair), total));
      }
    }
    return values;
  }

  /** The unigram distribution {@code [vocab]}, with the smoothing. */
  public double[] unigramProbabilities() {
    double[] probabilities = new double[vocab()];
    for (int v = 0; v < probabilities.length; v++) {
      probabilities[v] = rows.probability(CountRows.UNSEEN, v);
    }
    return probabilities;
  }

  /** The probability of each token that was not seen after {@code u}; 0 without smoothing. */
  public double unseenProbability(int u) {
    return rows.smoothed(0, seen(u) ? contextCount(u) : provenance().tokens());
  }

  /** What is added to every count. */
  public double addK() {
    return addK;
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

  @Override
  public void close() {
    file.close();
  }

  private long row(int u) {
    return seen(u) ? u : CountRows.UNSEEN;
  }

  private int context(int u) {
    if (u != vocab()) {
      rows.checkToken(u);
    }
    return u;
  }
}
