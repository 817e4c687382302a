package circuitscope.tests.subnetworks;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Writes counts files of order 3 by hand, as {@code docs/counts-format.md} has them. */
final class TrigramFile {
  private static final int SUCCESSORS = 5;

  private TrigramFile() {}

  /** Five random successors of each context, counted 1 to 9 times. */
  static void write(Path file, List<long[]> contexts, int vocab, Random random) throws IOException {
    int rows = contexts.size();
    int[] ids = new int[2 * rows];
    int[] successors = new int[SUCCESSORS * rows];
    int[] counts = new int[SUCCESSORS * rows];
    long[] starts = new long[rows + 1];
    long[] sums = new long[rows];
    long[] unigrams = new long[vocab];
    long tokens = 0;
    for (int row = 0; row < rows; row++) {
      ids[2 * row] = (int) contexts.get(row)[0];
      ids[2 * row + 1] = (int) contexts.get(row)[1];
      int[] drawn = random.ints(0, vocab).distinct().limit(SUCCESSORS).sorted().toArray();
      for (int i = 0; i < SUCCESSORS; i++) {
        int at = row * SUCCESSORS + i;
        successors[at] = drawn[i];
        counts[at] = 1 + random.nextInt(9);
        sums[row] += counts[at];
        unigrams[drawn[i]] += counts[at];
        tokens += counts[at];
      }
      starts[row + 1] = (row + 1L) * SUCCESSORS;
    }
    Map<String, String> about = new TreeMap<>();
    about.put("format", "circuitscope-ngram-counts-1");
    about.put("order", "3");
    about.put("vocabulary", Integer.toString(vocab));
    about.put("tokenizer", "none");
    about.put("tokenizer_digest", "0".repeat(64));
    about.put("files", "[]");
    about.put("length", Long.toString(tokens));
    about.put("windows", "1");
    about.put("tokens", Long.toString(tokens));
    about.put("left_out", "0");
    about.put("tokens_digest", "0".repeat(64));
    about.put("product", "TrigramFile");
    SafetensorsWriter.write(
        file,
        about,
        List.of(
            ints("contexts", new TensorShape(rows, 2), ids),
            ints("successors", new TensorShape(successors.length), successors),
            ints("counts", new TensorShape(counts.length), counts),
            TensorSource.of("row_offsets", new TensorShape(rows + 1), starts),
            TensorSource.of("context_counts", new TensorShape(rows), sums),
            TensorSource.of("unigrams", new TensorShape(vocab), unigrams)));
  }

  private static TensorSource ints(String name, TensorShape shape, int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return TensorSource.of(name, StoredType.I32, shape, MemorySegment.ofArray(bytes.array()));
  }
}
