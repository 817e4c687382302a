package circuitscope.subnetworks.mask;

import org.jspecify.annotations.Nullable;

/** A mask that cannot be used as it is; the message says what was read, expected and to be done. */
public final class MaskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MaskException(String message) {
    this(message, null);
  }

  public MaskException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
