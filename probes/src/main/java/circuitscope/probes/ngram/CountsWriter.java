package circuitscope.probes.ngram;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns n-grams in ascending order into a counts file. The arrays go to files of their own in a
 * scratch folder first, since the header at the front of a safetensors file needs their lengths.
 */
final class CountsWriter implements AutoCloseable {
  private final NgramKeys keys;
  private final boolean wide;
  private final Column rowOffsets;
  private final Column contextCounts;
  private final Column contexts;
  private final Column successors;
  private final Column counts;
  private final long[] unigrams;
  private long row = -1; // the context that is open
  private long rowCount;
  private long pairs;
  private long rows;

  /**
   * @param scratch an existing folder for the arrays
   * @param tokens the sum of all counts, which decides how wide they are stored
   */
  CountsWriter(NgramKeys keys, long tokens, Path scratch) throws IOException {
    this.keys = keys;
    wide = tokens > Integer.MAX_VALUE;
    rowOffsets = new Column(scratch.resolve("row_offsets"));
    contextCounts = new Column(scratch.resolve("context_counts"));
    contexts = new Column(scratch.resolve("contexts"));
    successors = new Column(scratch.resolve("successors"));
    counts = new Column(scratch.resolve("counts"));
    unigrams = new long[keys.vocabulary()];
    rowOffsets.putLong(0);
  }

  /** The next n-gram; keys must ascend. */
  void add(long key, long count) throws IOException {
    long context = keys.context(key);
    if (context != row) {
      closeRow();
      row = context;
      // Bigrams have a row for each token, seen or not.
      while (keys.order() == 2 && rows < context) {
        endRow(0);
      }
    }
    int successor = keys.successor(key);
    successors.putInt(successor);
    if (wide) {
      counts.putLong(count);
    } else {
      counts.putInt(Math.toIntExact(count));
    }
    unigrams[successor] += count;
    rowCount += count;
    pairs++;
  }

  private void closeRow() throws IOException {
    if (row < 0) {
      return;
    }
    for (int id : keys.order() == 2 ? new int[0] : keys.ids(row)) {
      contexts.putInt(id);
    }
    endRow(rowCount);
    rowCount = 0;
  }

  private void endRow(long count) throws IOException {
    contextCounts.putLong(count);
    rowOffsets.putLong(pairs);
    rows++;
  }

  /** Writes the file; it appears under its name when it is whole. */
  void finish(Path out, CountsProvenance provenance) throws IOException {
    closeRow();
    while (keys.order() == 2 && rows <= keys.vocabulary()) {
      endRow(0);
    }
    List<TensorSource> arrays = new ArrayList<>();
    arrays.add(rowOffsets.tensor(CountsFile.ROW_OFFSETS, StoredType.I64, rows + 1));
    arrays.add(contextCounts.tensor(CountsFile.CONTEXT_COUNTS, StoredType.I64, rows));
    if (keys.order() > 2) {
      arrays.add(contexts.tensor(CountsFile.CONTEXTS, StoredType.I32, rows, keys.order() - 1L));
    }
    arrays.add(successors.tensor(CountsFile.SUCCESSORS, StoredType.I32, pairs));
    arrays.add(counts.tensor(CountsFile.COUNTS, wide ? StoredType.I64 : StoredType.I32, pairs));
    arrays.add(TensorSource.of(CountsFile.UNIGRAMS, new TensorShape(unigrams.length), unigrams));
    SafetensorsWriter.write(out, provenance.toMetadata(), arrays);
  }

  @Override
  public void close() throws IOException {
    for (Column column : List.of(rowOffsets, contextCounts, contexts, successors, counts)) {
      column.close();
    }
  }

  /** One array that grows in a file. */
  private static final class Column implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    Column(Path path) throws IOException {
      this.path = path;
      channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    }

    void putLong(long value) throws IOException {
      if (buffer.remaining() < Long.BYTES) {
        flush();
      }
      buffer.putLong(value);
    }

    void putInt(int value) throws IOException {
      if (buffer.remaining() < Integer.BYTES) {
        flush();
      }
      buffer.putInt(value);
    }

    TensorSource tensor(String name, StoredType type, long... shape) throws IOException {
      flush();
      return new TensorSource(name, type, new TensorShape(shape), this::copyTo);
    }

    private void copyTo(WritableByteChannel target) throws IOException {
      channel.position(0);
      for (buffer.clear(); channel.read(buffer) >= 0; buffer.clear()) {
        target.write(buffer.flip());
      }
    }

    private void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(path);
    }
  }
}
