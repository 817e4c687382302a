package circuitscope.models.tokenizer;

/** A tokenizer that cannot be read or does not have what was asked; the message says which file. */
public final class TokenizerException extends RuntimeException {
  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
