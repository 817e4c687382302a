package circuitscope.subnetworks.train;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Distributions of the next token as a user supplies them: a row a current token, or a row a
 * position of given sequences. See {@code docs/counts-format.md}.
 *
 * @param sequences {@code [sequence][position]} whose positions the rows are, in order; null when
 *     they are the tokens of the vocabulary
 * @param starts {@code [row + 1]} first entry of each row
 * @param successors {@code [entry]} token ids below {@code vocab}
 * @param probabilities {@code [entry]}; those of a row sum to 1, or it has none
 * @param digest SHA-256 of all arrays
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record DistributionFile(
    Path path,
    int vocab,
    int @Nullable [][] sequences,
    long[] starts,
    int[] successors,
    double[] probabilities,
    String digest) {

  private static final String IDS = "input_ids";
  private static final String OFFSETS = "row_offsets";
  private static final String SUCCESSORS = "successors";
  private static final String PROBABILITIES = "probabilities";

  /** In the metadata: the softmax runs over ids below it. */
  private static final String VOCABULARY = "vocabulary";

  /** FP32 sums of many probabilities, and no more. */
  private static final double SUM_TOLERANCE = 1e-4;

  /**
   * Reads and checks a file.
   *
   * @param modelVocab over which the softmax runs, unless the file names a smaller vocabulary
   * @throws IllegalArgumentException naming the first thing that is not as expected
   */
  static DistributionFile read(Path path, int modelVocab) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      int vocab = vocabulary(path, file, modelVocab);
      Set<String> names = file.tensors().keySet();
      if (names.equals(Set.of(OFFSETS, SUCCESSORS, PROBABILITIES))) {
        long[] starts = longs(path, file.tensor(OFFSETS), 1);
        return of(path, file, vocab, null, starts, 1);
      }
      if (names.equals(Set.of(IDS, SUCCESSORS, PROBABILITIES))) {
        return byPosition(path, file, vocab);
      }
      throw refused(
          path,
          "holds the arrays %s, expected successors and probabilities with row_offsets (a row a"
                  .formatted(names)
              + " token) or input_ids (a row a position); see docs/counts-format.md");
    }
  }

  private static int vocabulary(Path path, SafetensorsFile file, int modelVocab) {
    String named = file.metadata().get(VOCABULARY);
    if (named == null) {
      return modelVocab;
    }
    if (!named.matches("[1-9][0-9]{0,8}") || Integer.parseInt(named) > modelVocab) {
      throw refused(
          path,
          "its metadata has the vocabulary '%s', expected a number up to the model's %d"
              .formatted(named, modelVocab));
    }
    return Integer.parseInt(named);
  }

  private static DistributionFile byPosition(Path path, SafetensorsFile file, int vocab) {
    StoredTensor stored = file.tensor(IDS);
    long[] flat = longs(path, stored, 2);
    int length = (int) stored.shape().dim(1);
    int[][] sequences = new int[(int) stored.shape().dim(0)][length];
    for (int i = 0; i < flat.length; i++) {
      sequences[i / length][i % length] = id(path, IDS, i, flat[i], vocab);
    }
    StoredTensor successors = file.tensor(SUCCESSORS);
    long[] dims = successors.shape().dims();
    if (dims.length != 3 || dims[0] != sequences.length || dims[1] != length) {
      throw refused(
          path,
          "'%s' is %s, expected [%d, %d, k] for the input_ids"
              .formatted(SUCCESSORS, successors.shape(), sequences.length, length));
    }
    long[] starts = new long[flat.length + 1];
    Arrays.setAll(starts, row -> row * dims[2]);
    return of(path, file, vocab, sequences, starts, 3);
  }

  private static DistributionFile of(
      Path path,
      SafetensorsFile file,
      int vocab,
      int @Nullable [][] sequences,
      long[] starts,
      int rank) {
    StoredTensor stored = file.tensor(SUCCESSORS);
    long[] ids = longs(path, stored, rank);
    StoredTensor chances = file.tensor(PROBABILITIES);
    if (!chances.shape().equals(stored.shape())) {
      throw refused(
          path,
          "'%s' is %s and '%s' is %s; expected one probability a successor"
              .formatted(PROBABILITIES, chances.shape(), SUCCESSORS, stored.shape()));
    }
    if (sequences == null && starts.length != vocab + 1) {
      throw refused(
          path,
          "'%s' has %d rows, expected one for each of the %d tokens of the vocabulary"
              .formatted(OFFSETS, starts.length - 1, vocab));
    }
    int[] successors = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      successors[i] = id(path, SUCCESSORS, i, ids[i], vocab);
    }
    double[] probabilities = doubles(path, chances);
    if (starts[0] != 0 || starts[starts.length - 1] != ids.length) {
      throw refused(
          path,
          "'%s' runs from %d to %d, expected 0 to the %d successors"
              .formatted(OFFSETS, starts[0], starts[starts.length - 1], ids.length));
    }
    for (int row = 0; row + 1 < starts.length; row++) {
      normalise(path, row, starts[row], starts[row + 1], probabilities);
    }
    return new DistributionFile(
        path, vocab, sequences, starts, successors, probabilities, digest(file));
  }

  /** Refuses what does not sum to 1, and evens out the rounding of what does. */
  private static void normalise(Path path, int row, long from, long to, double[] p) {
    if (from > to || to > p.length) {
      throw refused(path, "'%s' falls from %d to %d at row %d".formatted(OFFSETS, from, to, row));
    }
    double sum = 0;
    for (int i = (int) from; i < to; i++) {
      if (!(p[i] >= 0)) {
        throw refused(path, "row %d has the probability %s".formatted(row, p[i]));
      }
      sum += p[i];
    }
    if (from < to && !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw refused(
          path,
          "the probabilities of row %d sum to %s, expected 1; divide each row by its sum"
              .formatted(row, sum));
    }
    for (int i = (int) from; i < to; i++) {
      p[i] /= sum;
    }
  }

  private static int id(Path path, String name, int at, long id, int vocab) {
    if (id < 0 || id >= vocab) {
      throw refused(
          path,
          "'%s' has the id %d at place %d, expected ids below %d, the vocabulary; it is of another"
                  .formatted(name, id, at, vocab)
              + " tokenizer");
    }
    return (int) id;
  }

  private static long[] longs(Path path, StoredTensor tensor, int rank) {
    if (!tensor.type().isIntegral() || tensor.shape().rank() != rank) {
      throw refused(
          path,
          "'%s' is %s %s, expected integers of %d dimensions"
              .formatted(tensor.name(), tensor.type(), tensor.shape(), rank));
    }
    return tensor.readLongs();
  }

  private static double[] doubles(Path path, StoredTensor tensor) {
    if (tensor.type() == StoredType.F64) {
      return tensor.bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }
    if (tensor.type() != StoredType.F32) {
      throw refused(
          path, "'%s' is %s, expected F32 or F64".formatted(PROBABILITIES, tensor.type()));
    }
    float[] narrow = new float[Math.toIntExact(tensor.shape().elements())];
    tensor.widen(0, FloatBuffer.wrap(narrow));
    double[] wide = new double[narrow.length];
    Arrays.setAll(wide, i -> narrow[i]);
    return wide;
  }

  private static String digest(SafetensorsFile file) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (StoredTensor tensor : file.tensors().values()) {
        sha.update(tensor.bytes().asByteBuffer());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static IllegalArgumentException refused(Path path, String problem) {
    return new IllegalArgumentException(path + ": " + problem);
  }
}
