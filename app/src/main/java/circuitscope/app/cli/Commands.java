package circuitscope.app.cli;

import circuitscope.app.session.Analyses;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import java.util.Map;
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

  /** What the groups of analyses are about. */
  private static final Map<String, String> GROUPS =
      Map.of(
          "heads", "Find attention heads, and test what they do.",
          "residual", "Read what the residual stream holds.",
          "sinks", "Measure, explain and try attention sinks, and stream past the cache.",
          "subnetwork", "Find, judge and use subnetworks.");

  /** A group of commands, such as {@code heads}. */
  @Command
  static final class Group {
    @Mixin final HelpOption help = new HelpOption();
  }

  static CommandLine tree(Console console, Progress progress, String... arguments) {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand(new TourCommand(console, progress));
    root.addSubcommand(ModelsCommand.of(console, progress));
    root.addSubcommand(new TokensCommand(console));
    root.addSubcommand(SubnetworkCommand.of(console, progress));
    root.addSubcommand(BigramsCommand.of(console, progress));
    for (Analysis<?, ?> analysis : Analyses.registry().all()) {
      CommandLine parent = root;
      for (String word : analysis.words().subList(0, analysis.words().size() - 1)) {
        parent = group(parent, word);
      }
      if (!parent.getSubcommands().containsKey(analysis.words().getLast())) {
        // Some have a command of their own, which says the same in fewer words.
        parent.addSubcommand(AnalysisCommand.of(console, progress, analysis));
      }
    }
    root.addSubcommand(new FigureCommand(console));
    root.addSubcommand(new RunCommand(console, progress));
    root.addSubcommand(new MergeCommand(console, progress));
    boolean compares = arguments.length > 0 && arguments[0].equals("compare");
    root.addSubcommand(CompareResultsCommand.of(console, progress, compares));
    root.addSubcommand(new ReproduceCommand(console, progress));
    root.addSubcommand(WorkspaceCommand.of(console));
    root.addSubcommand(new GuiCommand());
    root.addSubcommand(new DoctorCommand(console, progress));
    root.addSubcommand(new VersionCommand(console));
    // --file takes several paths; a mistyped option after them must not become one.
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUnmatchedOptionsAllowedAsOptionParameters(false);
    root.setExpandAtFiles(false); // a prompt may begin with @
    return root;
  }

  static CommandLine group(CommandLine parent, String name) {
    CommandLine group = parent.getSubcommands().get(name);
    if (group == null) {
      group = new CommandLine(new Group());
      group.getCommandSpec().name(name);
      group
          .getCommandSpec()
          .usageMessage()
          .description(GROUPS.getOrDefault(name, "Analyses of " + name + "."));
      parent.addSubcommand(group);
    }
    return group;
  }
}
