package circuitscope.app.cli;

import circuitscope.probes.analysis.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** A command line run in this process, with what it printed. */
final class Captured {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          false);

  int run(String... arguments) {
    out.reset();
    err.reset();
    return new CommandLineApp(console, Progress.to(new ProgressLine(console))).run(arguments);
  }

  CommandLine commands() {
    return Commands.tree(console, Progress.silent());
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
