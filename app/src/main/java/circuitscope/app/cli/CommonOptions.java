package circuitscope.app.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {
  @Option(names = "--json", description = "Print one JSON document instead of lines for people.")
  boolean json;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  @Mixin final HelpOption help = new HelpOption();
}
