package circuitscope.app.cli;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.ngram.CountsProvenance;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.ngram.ShardedCounting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bigrams merge}. */
@Command(
    name = "merge",
    description = {
      "Count what the shards of 'bigrams count --shard I/N' encoded.",
      "The counts file is the same, byte for byte, as without shards."
    },
    footerHeading = "%nExample:%n",
    footer = "  circuitscope bigrams merge shard-*.safetensors --out counts.safetensors")
final class BigramsMergeCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "SHARD", arity = "1..*", description = "All shards of one counting.")
  List<Path> shards = new ArrayList<>();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory for the counts, such as 500m or 8g. Default: 40 %% of Java's.")
  @Nullable String memory;

  @Option(names = "--resume", description = "Go on with an unfinished counting of the same.")
  boolean resume;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The counts file (docs/counts-format.md).")
  Path out = Path.of("");

  BigramsMergeCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    CountsProvenance counted =
        ShardedCounting.merge(
            shards, out, BigramsCountCommand.memoryBytes(memory), resume, progress);
    double seconds = (System.nanoTime() - start) / 1e9;
    try (NgramTable table = NgramTable.open(out)) {
      BigramsCountCommand.Counted result =
          new BigramsCountCommand.Counted(
              out.toString(),
              counted,
              table.contexts(),
              table.ngrams(),
              seconds,
              resume ? null : counted.tokens() / seconds);
      console.result(common.json, result, BigramsCountCommand.text(result));
    }
    return ExitCode.SUCCESS;
  }
}
