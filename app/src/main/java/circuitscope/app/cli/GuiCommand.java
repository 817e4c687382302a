package circuitscope.app.cli;

import circuitscope.app.session.SetupException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gui}: its help; the window itself opens before the commands are built. */
@Command(
    name = "gui",
    description = {
      "Open the window, as without any command.",
      "Everything that it does, the other commands do without a display."
    },
    footerHeading = "%nExample:%n",
    footer = "  circuitscope gui embedded:gpt2-4l")
public final class GuiCommand implements Callable<Integer> {
  /** Opens the window and returns when it was closed. */
  @FunctionalInterface
  public interface Window {
    /**
     * Opens the window.
     *
     * @throws SetupException when it cannot be opened on this machine
     */
    void open(@Nullable String model, @Nullable String workspace);
  }

  private static final String NAME = "gui";
  private static final int MOST_ARGUMENTS = 3;

  @Mixin final HelpOption help = new HelpOption();

  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL", description = "As for --model.")
  @Nullable String model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "WORKSPACE",
      description = "A workspace file to open.")
  @Nullable String workspace;

  /** Whether these arguments ask for the window, and are right. */
  static boolean asked(String... arguments) {
    if (arguments.length == 0) {
      return true;
    }
    boolean options = java.util.Arrays.stream(arguments).anyMatch(one -> one.startsWith("-"));
    return arguments[0].equals(NAME) && arguments.length <= MOST_ARGUMENTS && !options;
  }

  static int open(Console console, Window window, String... arguments) {
    try {
      window.open(
          arguments.length > 1 ? arguments[1] : null, arguments.length > 2 ? arguments[2] : null);
      return ExitCode.SUCCESS;
    } catch (SetupException e) {
      console.note(String.valueOf(e.getMessage()));
      return ExitCode.BAD_INPUT;
    }
  }

  @Override
  public Integer call() {
    throw new IllegalArgumentException(
        "the window opens in a process of its own: bin/circuitscope gui [MODEL [WORKSPACE]]");
  }
}
