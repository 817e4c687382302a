package circuitscope.app.cli;

import circuitscope.app.session.SetupException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * What a failure is to the one who typed the command. The product's own exceptions say it
 * themselves; what nobody foresaw is called so, with the way to its stack trace.
 */
record Failure(int exitCode, String message) {
  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
      case NoSuchFileException e -> new Failure(ExitCode.BAD_INPUT, e.getFile() + ": no such file");
      case AccessDeniedException e ->
          new Failure(ExitCode.FAILED, e.getFile() + ": permission denied");
      case FileSystemException e ->
          new Failure(ExitCode.FAILED, e.getFile() + ": " + e.getReason());
      case FileNotFoundException e -> new Failure(ExitCode.BAD_INPUT, text(e));
      case SetupException e -> new Failure(ExitCode.BAD_INPUT, text(e));
      case OutOfMemoryError e ->
          new Failure(
              ExitCode.FAILED,
              "Java's memory is used up (%s). Give it more: JAVA_TOOL_OPTIONS=-Xmx8g"
                  .formatted(text(e)));
      case IOException e -> new Failure(ExitCode.FAILED, text(e));
      case IllegalArgumentException e when e.getMessage() != null ->
          new Failure(ExitCode.BAD_INPUT, text(e));
      case RuntimeException e when e.getClass().getName().startsWith("circuitscope.") ->
          new Failure(ExitCode.BAD_INPUT, text(e));
      default ->
          new Failure(
              ExitCode.FAILED,
              "this should not have happened: %s. Run again with --debug for the details."
                  .formatted(thrown));
    };
  }

  private static String text(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }
}
