package circuitscope.app.cli;

import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Nearest;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import java.io.PrintStream;
import java.util.Arrays;
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

  /** The process: never returns, unless a Ctrl-C is ending it already. */
  public static void main(String[] arguments) {
    Console console = Console.system();
    ProgressLine line = new ProgressLine(console);
    Progress progress = Progress.to(line);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancel(progress, ended), "cancel on Ctrl-C"));
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

  private static void cancel(Progress progress, CountDownLatch ended) {
    progress.cancel();
    try {
      boolean clean = ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
      if (!clean) {
        PendingOutput.abandonAll();
      }
    } catch (InterruptedException e) {
      PendingOutput.abandonAll();
    }
  }

  int run(String... arguments) {
    CommandLine commands = Commands.tree(console, progress);
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
    return unknown ? commands.execute(arguments[0]) : commands.execute(arguments);
  }

  private int misuse(CommandLine.ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    console.err().println("circuitscope: " + misuse.getMessage() + suggestion(misuse));
    console.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.BAD_INPUT;
  }

  private static String suggestion(CommandLine.ParameterException misuse) {
    if (!(misuse instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return "";
    }
    String word = unmatched.getUnmatched().getFirst();
    var spec = misuse.getCommandLine().getCommandSpec();
    return Nearest.hint(
        word, word.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet());
  }

  private int failure(Exception failure, boolean debug) {
    if (failure instanceof CancelledException) {
      console.err().println("circuitscope: cancelled");
      return ExitCode.CANCELLED;
    }
    if (debug) {
      failure.printStackTrace(console.err());
    }
    Failure told = Failure.of(failure);
    console.err().println("circuitscope: " + told.message());
    return told.exitCode();
  }

  private static boolean debug(String[] arguments) {
    return Arrays.asList(arguments).contains("--debug");
  }
}
