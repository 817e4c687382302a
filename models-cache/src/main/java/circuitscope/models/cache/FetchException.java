package circuitscope.models.cache;

/** A download that cannot go on; what was asked of which host, what came, and the remedy. */
public final class FetchException extends RuntimeException {
  public FetchException(String message) {
    super(message);
  }

  public FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
