package circuitscope.app.cli;

/** What a command's end says to the shell. */
final class ExitCode {
  static final int SUCCESS = 0;

  /** The work was started and failed. */
  static final int FAILED = 1;

  /** Arguments or input that cannot be used; nothing was done. */
  static final int BAD_INPUT = 2;

  /** Ctrl-C: 128 + SIGINT. */
  static final int CANCELLED = 130;

  private ExitCode() {}
}
