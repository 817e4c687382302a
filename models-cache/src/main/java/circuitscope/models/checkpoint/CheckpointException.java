package circuitscope.models.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that cannot be used as it is. The message names the file, what was read, what was
 * expected, and what to do about it.
 */
public final class CheckpointException extends RuntimeException {
  private final Path file;

  public CheckpointException(Path file, String problem) {
    this(file, problem, null);
  }

  public CheckpointException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file;
  }

  /** The file (or directory) that the message is about. */
  public Path file() {
    return file;
  }
}
