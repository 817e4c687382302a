package circuitscope.app.cli;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.compare.Comparison;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare A B} of stored results; {@code compare ANALYSIS} runs both sides first. */
@Command(
    name = "compare",
    description = {
      "Compare two results of one analysis: every number, table and tensor that both have, B - A,"
          + " with intervals where the analysis gives what it takes.",
      "With two folders that --out wrote, no model is needed. Before any analysis's own command, it"
          + " runs both sides: B is as A but for the options that end with -b (--model-b, --mask-b,"
          + " --text-b, and any option of the analysis)."
    },
    synopsisSubcommandLabel = "[ANALYSIS ...]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope compare out/before out/after --out out/change",
      "  circuitscope compare heads detect --model embedded:gpt2-4l --mask-b m.safetensors",
      "  circuitscope compare loss --model steps/step128 --model-b steps/step1000 --file t.txt",
      "  circuitscope compare heads detect --help"
    })
final class CompareResultsCommand implements Callable<Integer> {
  private final Console console;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..2", paramLabel = "RESULT", description = "Two folders of results, A B.")
  List<Path> results = List.of();

  @Option(names = "--out", paramLabel = "DIR", description = "Write the comparison there.")
  @Nullable Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the bootstrap. Default: 0.")
  long seed;

  private CompareResultsCommand(Console console) {
    this.console = console;
  }

  /**
   * The command.
   *
   * @param analyses whether it is to have a command for each analysis under it, which takes time
   */
  static CommandLine of(Console console, Progress progress, boolean analyses) {
    CommandLine compare = new CommandLine(new CompareResultsCommand(console));
    if (analyses) {
      for (Analysis<?, ?> analysis : Analyses.registry().all()) {
        CommandLine parent = compare;
        for (String word : analysis.words().subList(0, analysis.words().size() - 1)) {
          parent = Commands.group(parent, word);
        }
        parent.addSubcommand(CompareAnalysisCommand.of(console, progress, analysis));
      }
    }
    return compare;
  }

  @Override
  public Integer call() throws IOException {
    if (results.size() != 2) {
      String given = results.stream().map(Path::toString).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "compare takes two folders of results, or an analysis; %s. Try 'circuitscope compare --help'"
              .formatted(given.isEmpty() ? "none was given" : "given was " + given));
    }
    Comparison comparison = Compare.stored(results.get(0), results.get(1), seed);
    if (out != null) {
      List<String> command =
          List.of("circuitscope", "compare", results.get(0).toString(), results.get(1).toString());
      Compare.write(comparison, out, command);
    }
    console.result(common.json, comparison, comparison.summary());
    return ExitCode.SUCCESS;
  }
}
