package circuitscope.app.session;

/** This machine or its settings cannot do what was asked; the message ends with the remedy. */
public final class SetupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SetupException(String message) {
    super(message);
  }

  public SetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
