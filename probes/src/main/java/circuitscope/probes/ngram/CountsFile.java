package circuitscope.probes.ngram;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** A mapped counts file whose every number was checked against the others when it was opened. */
final class CountsFile implements AutoCloseable {
  static final String CONTEXTS = "contexts";
  static final String ROW_OFFSETS = "row_offsets";
  static final String CONTEXT_COUNTS = "context_counts";
  static final String SUCCESSORS = "successors";
  static final String COUNTS = "counts";
  static final String UNIGRAMS = "unigrams";

  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * No supported family pads its vocabulary by more (Phi-2 has 905 rows too many); a larger gap
   * means another tokenizer.
   */
  private static final int LARGEST_PADDING = 1024;

  private final SafetensorsFile file;
  private final CountsProvenance provenance;
  private final long rows;
  private final long pairs;
  private final boolean wide; // counts are I64, not I32
  private final MemorySegment contexts; // [row, order − 1]; empty for bigrams
  private final MemorySegment rowOffsets; // [row + 1]
  private final MemorySegment contextCounts; // [row]
  private final MemorySegment successors; // [pair]
  private final MemorySegment counts; // [pair]
  private final MemorySegment unigrams; // [vocab]

  private CountsFile(SafetensorsFile file) {
    this.file = file;
    provenance = CountsProvenance.of(file.file(), file.metadata());
    Set<String> expected =
        new TreeSet<>(Set.of(ROW_OFFSETS, CONTEXT_COUNTS, SUCCESSORS, COUNTS, UNIGRAMS));
    if (provenance.order() > 2) {
      expected.add(CONTEXTS);
    }
    if (!file.tensors().keySet().equals(expected)) {
      throw damaged(
          "holds the arrays %s, expected %s".formatted(file.tensors().keySet(), expected));
    }
    StoredTensor stored = tensor(COUNTS);
    wide = stored.type() == StoredType.I64;
    counts = plain(COUNTS, wide ? StoredType.I64 : StoredType.I32, stored.shape().elements());
    pairs = stored.shape().elements();
    successors = plain(SUCCESSORS, StoredType.I32, pairs);
    unigrams = plain(UNIGRAMS, StoredType.I64, provenance.vocabulary());
    rows = tensor(CONTEXT_COUNTS).shape().elements();
    contextCounts = plain(CONTEXT_COUNTS, StoredType.I64, rows);
    rowOffsets = plain(ROW_OFFSETS, StoredType.I64, rows + 1);
    contexts =
        provenance.order() > 2
            ? plain(CONTEXTS, StoredType.I32, rows, provenance.order() - 1L)
            : MemorySegment.NULL;
    if (provenance.order() == 2 && rows != provenance.vocabulary() + 1L) {
      throw damaged(
          "has %d contexts, expected the %d tokens and the start placeholder"
              .formatted(rows, provenance.vocabulary()));
    }
  }

  /**
   * Maps and checks a file; every page of it is read once.
   *
   * @throws CountsException when it is no counts file, or its numbers contradict each other
   */
  static CountsFile open(Path path) {
    SafetensorsFile file;
    try {
      file = SafetensorsFile.open(path);
    } catch (CheckpointException e) {
      throw new CountsException(
          "%s; counts are made with 'circuitscope bigrams count'".formatted(e.getMessage()), e);
    }
    try {
      CountsFile counts = new CountsFile(file);
      counts.checkRows();
      counts.checkContexts();
      return counts;
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  CountsProvenance provenance() {
    return provenance;
  }

  Path path() {
    return file.file();
  }

  long rows() {
    return rows;
  }

  long pairs() {
    return pairs;
  }

  long rowBegin(long row) {
    return rowOffsets.get(LONG, row * Long.BYTES);
  }

  long contextCount(long row) {
    return contextCounts.get(LONG, row * Long.BYTES);
  }

  int successor(long pair) {
    return successors.get(INT, pair * Integer.BYTES);
  }

  long count(long pair) {
    return wide ? counts.get(LONG, pair * Long.BYTES) : counts.get(INT, pair * Integer.BYTES);
  }

  long unigram(int token) {
    return unigrams.get(LONG, (long) token * Long.BYTES);
  }

  int contextId(long row, int digit) {
    return contexts.get(INT, (row * (provenance.order() - 1) + digit) * Integer.BYTES);
  }

  MemorySegment rowOffsets() {
    return rowOffsets;
  }

  MemorySegment successors() {
    return successors;
  }

  void checkVocabulary(int modelVocab, String model) {
    int vocabulary = provenance.vocabulary();
    if (vocabulary > modelVocab || modelVocab - vocabulary > LARGEST_PADDING) {
      throw new CountsException(
          "%s was counted over a vocabulary of %d (tokenizer %s), but %s has one of %d; count with the model's own tokenizer: circuitscope bigrams count --model"
              .formatted(path(), vocabulary, provenance.tokenizer(), model, modelVocab));
    }
  }

  void checkTokenizer(Tokenizer tokenizer) {
    if (!VocabularyDigest.of(tokenizer).equals(provenance.tokenizerDigest())) {
      throw new CountsException(
          "%s was counted with the tokenizer %s of %d pieces; that of %s has other pieces or other ids (%d); count with it: circuitscope bigrams count --tokenizer"
              .formatted(
                  path(),
                  provenance.tokenizer(),
                  provenance.vocabulary(),
                  tokenizer.source(),
                  tokenizer.vocabularySize()));
    }
  }

  @Override
  public void close() {
    file.close();
  }

  private void checkRows() {
    int vocabulary = provenance.vocabulary();
    long[] occurrences = new long[vocabulary];
    long total = 0;
    if (rowBegin(0) != 0 || rowBegin(rows) != pairs) {
      throw damaged(
          "row_offsets run from %d to %d, expected 0 to the %d successors"
              .formatted(rowBegin(0), rowBegin(rows), pairs));
    }
    for (long row = 0; row < rows; row++) {
      long begin = rowBegin(row);
      long end = rowBegin(row + 1);
      if (begin > end || end > pairs) {
        throw damaged("row_offsets fall from %d to %d at context %d".formatted(begin, end, row));
      }
      int before = -1;
      long sum = 0;
      for (long pair = begin; pair < end; pair++) {
        int successor = successor(pair);
        long count = count(pair);
        if (successor <= before || successor >= vocabulary) {
          throw damaged(
              "successor %d of context %d follows %d; expected ascending ids below %d"
                  .formatted(successor, row, before, vocabulary));
        }
        if (count < 1) {
          throw damaged("pair %d has the count %d, expected at least 1".formatted(pair, count));
        }
        before = successor;
        sum += count;
        occurrences[successor] += count;
      }
      if (sum != contextCount(row)) {
        throw damaged(
            "the counts of context %d sum to %d, but context_counts says %d"
                .formatted(row, sum, contextCount(row)));
      }
      total += sum;
    }
    if (total != provenance.tokens()) {
      throw damaged(
          "all counts sum to %d, expected the %d tokens".formatted(total, provenance.tokens()));
    }
    for (int token = 0; token < vocabulary; token++) {
      if (occurrences[token] != unigram(token)) {
        throw damaged(
            "token %d occurs %d times as a successor, but unigrams says %d"
                .formatted(token, occurrences[token], unigram(token)));
      }
    }
  }

  private void checkContexts() {
    int digits = provenance.order() - 1;
    if (digits == 1) {
      return;
    }
    NgramKeys keys = new NgramKeys(provenance.order(), provenance.vocabulary());
    long before = -1;
    int[] ids = new int[digits];
    for (long row = 0; row < rows; row++) {
      for (int digit = 0; digit < digits; digit++) {
        ids[digit] = contextId(row, digit);
        if (ids[digit] < 0 || ids[digit] > provenance.vocabulary()) {
          throw damaged("context %d holds the id %d".formatted(row, ids[digit]));
        }
      }
      long context = keys.context(ids);
      if (context <= before) {
        throw damaged(
            "context %d, %s, is not behind the one before".formatted(row, Arrays.toString(ids)));
      }
      before = context;
    }
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = file.tensors().get(name);
    if (tensor == null) {
      throw damaged("has no array '%s'".formatted(name));
    }
    return tensor;
  }

  private MemorySegment plain(String name, StoredType type, long... shape) {
    StoredTensor tensor = tensor(name);
    if (tensor.type() != type || !Arrays.equals(tensor.shape().dims(), shape)) {
      throw damaged(
          "'%s' is %s %s, expected %s %s"
              .formatted(name, tensor.type(), tensor.shape(), type, Arrays.toString(shape)));
    }
    return tensor.bytes();
  }

  private CountsException damaged(String problem) {
    return new CountsException(
        "%s: %s; the file is damaged, count again".formatted(file.file(), problem));
  }
}
