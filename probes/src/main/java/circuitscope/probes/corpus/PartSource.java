package circuitscope.probes.corpus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tokens of texts, part after part in the order of the files. */
interface PartSource extends AutoCloseable {
  /** The next part; null after the last. */
  @Nullable TokenPart next() throws IOException;

  /** How much was read, out of {@link #bytesTotal}. */
  long bytesRead();

  long bytesTotal();

  @Override
  void close() throws IOException;
}
