package circuitscope.probes.corpus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The text of one file, line by line; a long line comes in slices. */
interface Lines extends AutoCloseable {
  /**
   * A line, or a part of one.
   *
   * @param text with its newline if it has one
   * @param startsLine false for a further slice of a long line
   */
  record Slice(String text, boolean startsLine) {}

  /** The next line or slice of a line; null at the end of the file. */
  @Nullable Slice next(boolean startsLine) throws IOException;

  /** Bytes read of the file as it lies on disk. */
  long bytesRead();

  @Override
  void close() throws IOException;
}
