package circuitscope.app.cli;

import circuitscope.probes.analysis.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every command of the command line, in the order of the help. */
final class Commands {
  private Commands() {}

  @Command(
      name = "circuitscope",
      synopsisSubcommandLabel = "COMMAND",
      description = "A workbench for the circuits of transformer language models.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  circuitscope tour",
        "  circuitscope loss --model embedded:gpt2-4l --file book.txt",
        "  circuitscope COMMAND --help"
      })
  static final class Root {
    @Mixin final HelpOption help = new HelpOption();
  }

  static CommandLine tree(Console console, Progress progress) {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand(new DoctorCommand(console));
    root.addSubcommand(new VersionCommand(console));
    return root;
  }
}
