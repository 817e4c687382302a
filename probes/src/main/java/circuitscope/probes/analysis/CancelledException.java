package circuitscope.probes.analysis;

/** The work was asked to stop and did; nothing half-written is left. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CancelledException() {
    super("cancelled");
  }

  public CancelledException(Throwable cause) {
    super("cancelled", cause);
  }
}
