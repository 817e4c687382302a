package circuitscope.probes.model;

/** The checkpoint is of a kind, or has a setting, that the decoder does not compute. */
public final class UnsupportedModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnsupportedModelException(String message) {
    super(message);
  }
}
