package circuitscope.app.cli;

import picocli.CommandLine.Option;

/** {@code --help}, on every command and group of commands. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean asked;
}
