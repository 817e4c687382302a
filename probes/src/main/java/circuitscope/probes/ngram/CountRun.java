package circuitscope.probes.ngram;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Sorted counts in a file: for each n-gram the distance of its key from the one before and its
 * count, both as groups of seven bits, lowest first, the last group marked by a zero high bit.
 */
final class CountRun {
  private static final int BUFFER_BYTES = 1 << 17;

  private CountRun() {}

  /**
   * Writes a run, which appears under its name when it is whole and on the disk.
   *
   * @return how many n-grams it holds
   */
  static long write(Path file, SortedCounts counts) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    long entries = 0;
    try (FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      long before = 0;
      while (counts.next()) {
        put(out, counts.key() - before);
        put(out, counts.count());
        before = counts.key();
        entries++;
      }
      out.flush();
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return entries;
  }

  private static void put(OutputStream out, long value) throws IOException {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** A run that is being read. */
  static final class Reader implements SortedCounts, AutoCloseable {
    private final Path file;
    private final InputStream in;
    private long left;
    private long key;
    private long count;

    /**
     * @param entries how many n-grams were written
     */
    Reader(Path file, long entries) throws IOException {
      this.file = file;
      in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
      left = entries;
    }

    @Override
    public boolean next() throws IOException {
      if (left == 0) {
        return false;
      }
      left--;
      key += get();
      count = get();
      return true;
    }

    private long get() throws IOException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int group = in.read();
        if (group < 0) {
          throw new EOFException(
              file + " is shorter than it was written; delete the folder and count again");
        }
        value |= (group & 0x7fL) << shift;
        if (group < 0x80) {
          break;
        }
      }
      return value;
    }

    @Override
    public long key() {
      return key;
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
