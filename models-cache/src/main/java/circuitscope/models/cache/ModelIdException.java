package circuitscope.models.cache;

/** A text that cannot name a model; the message says what was read and which forms there are. */
public final class ModelIdException extends IllegalArgumentException {
  public ModelIdException(String message) {
    super(message);
  }
}
