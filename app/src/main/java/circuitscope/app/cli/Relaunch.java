package circuitscope.app.cli;

import static circuitscope.probes.model.Precision.TF32_VARIABLE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts an installed image once more where a command needs an environment that it lacks: libtorch
 * reads the wish for TF32, and DJL the flavour of a libtorch of one's own, once and at their start.
 * {@code bin/circuitscope} sets both before Java starts; the launcher of an image cannot.
 */
public final class Relaunch {
  /** Where the launcher of an image is; jpackage's launchers set it. */
  private static final String LAUNCHER = "jpackage.app-path";

  private static final String OWN_LIBTORCH = "PYTORCH_LIBRARY_PATH";
  private static final String FLAVOUR = "PYTORCH_FLAVOR";

  private Relaunch() {}

  /**
   * Runs the command in a process of its own where it needs one.
   *
   * @return the exit code of that process, or nothing when this process can do the work
   */
  public static OptionalInt ifNeeded(String... arguments) {
    String launcher = System.getProperty(LAUNCHER);
    Map<String, String> missing = missing(System.getenv(), arguments);
    if (launcher == null || missing.isEmpty()) {
      return OptionalInt.empty();
    }
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(missing);
    try {
      return OptionalInt.of(builder.start().waitFor());
    } catch (IOException e) {
      throw new UncheckedIOException(launcher + " cannot be started again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.of(ExitCode.CANCELLED);
    }
  }

  /** The variables that must be set before the command's process starts and are not. */
  static Map<String, String> missing(Map<String, String> environment, String... arguments) {
    Map<String, String> missing = new TreeMap<>();
    if (!"1".equals(environment.get(TF32_VARIABLE)) && asksForTf32(arguments)) {
      missing.put(TF32_VARIABLE, "1");
    }
    String own = environment.getOrDefault(OWN_LIBTORCH, "");
    if (!own.isEmpty() && environment.getOrDefault(FLAVOUR, "").isEmpty()) {
      boolean cuda = Files.exists(Path.of(own, "libtorch_cuda.so"));
      missing.put(FLAVOUR, cuda ? "cu128" : "cpu");
    }
    return missing;
  }

  private static boolean asksForTf32(String... arguments) {
    @Nullable String previous = null;
    for (String argument : arguments) {
      if (argument.equals("--dtype=tf32")
          || argument.equals("tf32")
              && ("--dtype".equals(previous) || "--process-dtype".equals(previous))) {
        return true;
      }
      previous = argument;
    }
    return false;
  }
}
