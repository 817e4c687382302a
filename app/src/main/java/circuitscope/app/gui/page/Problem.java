package circuitscope.app.gui.page;

import circuitscope.app.session.SetupException;
import circuitscope.models.cache.ModelNotFoundException;
import circuitscope.probes.analysis.Versions;
import circuitscope.probes.model.InsufficientMemoryException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;

/**
 * What went wrong, as a user reads it.
 *
 * @param title what was not done: "The model could not be opened"
 * @param happened what was read and what was expected
 * @param remedy what to do; empty where {@code happened} says it
 * @param details for a report: the stack trace and the versions
 */
public record Problem(String title, String happened, String remedy, String details) {

  /** The problem that a failure is. */
  public static Problem of(String title, Throwable thrown) {
    Throwable failure = root(thrown);
    return new Problem(title, happened(failure), remedy(failure), details(title, thrown));
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wraps = thrown instanceof UncheckedIOException || thrown instanceof ExecutionException;
    return wraps && cause != null ? root(cause) : thrown;
  }

  private static String happened(Throwable failure) {
    Texts texts = Texts.SHARED;
    return switch (failure) {
      case NoSuchFileException e -> texts.get("problem.no-such-file", e.getFile());
      case AccessDeniedException e -> texts.get("problem.denied", e.getFile());
      case FileSystemException e -> e.getFile() + ": " + e.getReason();
      case OutOfMemoryError e -> texts.get("problem.heap", message(e));
      default -> foreseen(failure) ? message(failure) : texts.get("problem.unforeseen", failure);
    };
  }

  private static String remedy(Throwable failure) {
    Texts texts = Texts.SHARED;
    return switch (failure) {
      case ModelNotFoundException e -> texts.get("remedy.model-not-found");
      case NoSuchFileException e -> texts.get("remedy.no-such-file");
      case FileNotFoundException e -> texts.get("remedy.no-such-file");
      case AccessDeniedException e -> texts.get("remedy.denied");
      case InsufficientMemoryException e -> texts.get("remedy.memory");
      case SetupException e -> texts.get("remedy.setup");
      case OutOfMemoryError e -> texts.get("remedy.heap");
      default -> foreseen(failure) ? "" : texts.get("remedy.unforeseen");
    };
  }

  /** The product's own exceptions say themselves what was expected. */
  private static boolean foreseen(Throwable failure) {
    return failure.getMessage() != null
        && (failure instanceof IOException
            || failure instanceof IllegalArgumentException
            || failure.getClass().getName().startsWith("circuitscope."));
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static String details(String title, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return "%s%n%s%n%s".formatted(title, Versions.current(), trace);
  }
}
