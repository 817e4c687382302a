package circuitscope.models.checkpoint.pickle;

/** A pickle that is damaged, or that asks for what it may not have. The message names no file. */
public final class PickleException extends RuntimeException {
  public PickleException(String problem) {
    super(problem);
  }
}
