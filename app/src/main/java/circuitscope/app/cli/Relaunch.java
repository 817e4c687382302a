package circuitscope.app.cli;

import static circuitscope.probes.model.Precision.TF32_VARIABLE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Starts an installed image once more where a command asks for TF32: libtorch reads that wish from
 * the environment, once, at its start. {@code bin/circuitscope} sets it before Java starts; the
 * launcher of an image cannot.
 */
public final class Relaunch {
  /** Where the launcher of an image is; jpackage's launchers set it. */
  private static final String LAUNCHER = "jpackage.app-path";

  private Relaunch() {}

  /**
   * Runs the command in a process of its own where it needs one.
   *
   * @return the exit code of that process, or nothing when this process can do the work
   */
  public static OptionalInt ifNeeded(String... arguments) {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null || !needed(System.getenv(), arguments)) {
      return OptionalInt.empty();
    }
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(TF32_VARIABLE, "1");
    try {
      return OptionalInt.of(builder.start().waitFor());
    } catch (IOException e) {
      throw new UncheckedIOException(launcher + " cannot be started for TF32", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.of(ExitCode.CANCELLED);
    }
  }

  static boolean needed(Map<String, String> environment, String... arguments) {
    return !"1".equals(environment.get(TF32_VARIABLE)) && asksForTf32(arguments);
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
