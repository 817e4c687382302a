package circuitscope.models.cache;

/** A well-formed model id whose files are not on this machine; the message holds the remedy. */
public final class ModelNotFoundException extends RuntimeException {
  public ModelNotFoundException(String message) {
    super(message);
  }
}
