package circuitscope.app.cli;

import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.PlainManifest;
import circuitscope.app.session.reproduce.ExpectedTable;
import circuitscope.app.session.reproduce.Reproduce;
import circuitscope.app.session.reproduce.Reproduction;
import circuitscope.models.cache.EmbeddedModels;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.ResultFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "reproduce",
    description = {
      "Compute a published table again on the real checkpoints and print value, published value,"
          + " tolerance and verdict. Exits with 1 when a verdict fails.",
      "bigram-table: bigram subnetworks (Chang and Bergen 2025); needs --set bigrams=COUNTS and"
          + " --set held-out=TEXT of the model's tokenizer, and masks: published ones, or trained"
          + " here.",
      "heads-gpt2: induction, previous-token and duplicate-token heads of GPT-2 small.",
      "sinks: attention-sink rates (Gu et al. 2025); --set text=PATH for another text.",
      "dla: direct logit attribution of the indirect-object circuit in GPT-2 small."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope reproduce dla",
      "  circuitscope reproduce sinks --available --out out/sinks",
      "  circuitscope reproduce bigram-table --only 'gpt2*' \\",
      "    --set bigrams=gpt2.counts --set held-out=web.txt --masks masks",
      "  circuitscope reproduce heads-gpt2 --model M --expected mine.json"
    })
final class ReproduceCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "TABLE",
      description = "bigram-table, heads-gpt2, sinks or dla; with --expected any name.")
  String table = "";

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description = "Expected numbers of your own, in place of the published ones.")
  @Nullable Path expected;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "This model in place of those of the table.")
  @Nullable String model;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description = "Only the runs of such names, gpt2* say. Default: all.")
  String only = "*";

  @Option(
      names = "--available",
      description = "Leave out the runs whose checkpoint or files are not here.")
  boolean available;

  @Option(
      names = "--set",
      paramLabel = "NAME=PATH",
      description =
          "A file that the table needs: text, bigrams, held-out, training-text. text is by default"
              + " the sample that ships with the product.")
  Map<String, String> paths = new HashMap<>();

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description = "Folder of the published masks' repositories, looked at before the cache.")
  @Nullable Path masks;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write the table and every result there; masks trained are kept there.")
  @Nullable Path out;

  @Mixin final DeviceOptions where = new DeviceOptions();

  ReproduceCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    ExpectedTable wanted =
        expected == null ? ExpectedTable.published(table) : ExpectedTable.read(expected);
    Map<String, String> all = new HashMap<>(Map.of("text", EmbeddedModels.text().toString()));
    all.putAll(paths);
    Reproduction found =
        Reproduce.run(
            wanted,
            new Reproduce.Settings(
                model, where.device, where.dtype, only, available, all, masks, out),
            progress);
    if (out != null) {
      List<String> command = new ArrayList<>(List.of("circuitscope", "reproduce", table));
      paths.forEach((name, path) -> command.addAll(List.of("--set", name + "=" + path)));
      ResultFiles.write(
          out,
          found,
          PlainManifest.of(
              "reproduce", "Reproduction of " + table, Map.of("table", table), command),
          FigureOutput.usual(),
          ResultFiles.Companions.NONE);
    }
    console.result(common.json, found, found.summary());
    return found.holds() ? ExitCode.SUCCESS : ExitCode.FAILED;
  }
}
