package circuitscope.probes.model;

/** The work would need more memory than the device has free; the message says how to need less. */
public final class InsufficientMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InsufficientMemoryException(String message) {
    super(message);
  }
}
