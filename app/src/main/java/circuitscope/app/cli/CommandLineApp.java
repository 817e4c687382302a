package circuitscope.app.cli;

import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Nearest;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Runs one command line: parses, runs, turns what went wrong into one message and an exit code. */
public final class CommandLineApp {
  /** How long a cancelled command may take to clean up before the process ends regardless. */
  private static final long CLEAN_UP_SECONDS = 3;

  private final Console console;
  private final Progress progress;

  CommandLineApp(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  /**
   * The process: never returns, unless a Ctrl-C is ending it already. Without arguments, or as
   * {@code gui [MODEL [WORKSPACE]]}, it is the window.
   */
  public static void main(String[] arguments, GuiCommand.Window window) {
    Console console = Console.system();
    if (GuiCommand.asked(arguments)) {
      // Straight to the window: building the commands would take a good part of its start.
      Runtime.getRuntime().exit(GuiCommand.open(console, window, arguments));
    }
    ProgressLine line = new ProgressLine(console);
    Progress progress = Progress.to(line);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancel(console, progress, ended), "cancel on Ctrl-C"));
    int code;
    try (line) {
      code = new CommandLineApp(console, progress).run(arguments);
    } finally {
      ended.countDown();
    }
    if (!progress.isCancelled()) {
      Runtime.getRuntime().exit(code);
    }
  }

  /**
   * Runs one command line inside this process, as scripts and tests do.
   *
   * @return the exit code
   */
  public static int run(PrintStream out, PrintStream err, String... arguments) {
    Console console = new Console(out, err, false);
    try (ProgressLine line = new ProgressLine(console)) {
      return new CommandLineApp(console, Progress.to(line)).run(arguments);
    }
  }

  private static void cancel(Console console, Progress progress, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return; // the command is done: this is its own exit
    }
    progress.cancel();
    try {
      if (ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    PendingOutput.abandonAll();
    console.note("cancelled");
  }

  int run(String... arguments) {
    CommandLine commands = Commands.tree(console, progress, arguments);
    commands.setOut(console.outWriter());
    commands.setErr(console.errWriter());
    commands.setParameterExceptionHandler(this::misuse);
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> failure(failure, debug(arguments)));
    if (arguments.length == 0) {
      commands.usage(console.out());
      return ExitCode.SUCCESS;
    }
    boolean unknown =
        !arguments[0].startsWith("-") && !commands.getSubcommands().containsKey(arguments[0]);
    // --help after a word that is no command must not pass for success.
    return unknown
        ? commands.execute(arguments[0])
        : commands.execute(Attached.marked(commands, arguments));
  }

  private int misuse(CommandLine.ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    console.note(complaint(misuse));
    console.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.BAD_INPUT;
  }

  private static String complaint(CommandLine.ParameterException misuse) {
    String message = String.valueOf(misuse.getMessage());
    if (!(misuse instanceof CommandLine.UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return message;
    }
    String word = unmatched.getUnmatched().getFirst();
    var spec = misuse.getCommandLine().getCommandSpec();
    Set<String> commands = spec.subcommands().keySet();
    if (word.startsWith("-") || commands.isEmpty()) {
      return message + Nearest.hint(word, spec.optionsMap().keySet());
    }
    String hint = Nearest.hint(word, commands);
    return "unknown command '%s'%s"
        .formatted(word, hint.isEmpty() ? "; there are " + String.join(", ", commands) : hint);
  }

  private int failure(Exception failure, boolean debug) {
    if (failure instanceof CancelledException) {
      console.note("cancelled");
      return ExitCode.CANCELLED;
    }
    if (debug) {
      failure.printStackTrace(console.err());
    }
    Failure told = Failure.of(failure);
    console.note(told.message());
    return told.exitCode();
  }

  private static boolean debug(String[] arguments) {
    return Arrays.asList(arguments).contains("--debug");
  }
}
