package circuitscope.probes.ngram;

/** Counts that cannot be made, read or used here; the message names the file and the remedy. */
public final class CountsException extends RuntimeException {
  public CountsException(String message) {
    super(message);
  }

  public CountsException(String message, Throwable cause) {
    super(message, cause);
  }
}
