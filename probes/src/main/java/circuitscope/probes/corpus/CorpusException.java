package circuitscope.probes.corpus;

/** A text that cannot be read as a corpus; the message names the file and the remedy. */
public final class CorpusException extends RuntimeException {
  public CorpusException(String message) {
    super(message);
  }

  public CorpusException(String message, Throwable cause) {
    super(message, cause);
  }
}
