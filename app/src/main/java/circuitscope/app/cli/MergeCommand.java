package circuitscope.app.cli;

import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.report.Merge;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "merge",
    description = {
      "Join the results of a job's shards to those of the whole job: its report, its tables.",
      "Exits with 1 when a cell failed or no shard has done it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope merge out/job",
      "  circuitscope merge node1/job node2/job --out all/job"
    })
final class MergeCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "OUT/JOB",
      arity = "1..*",
      description = "Folders that shards wrote: one that they share, or one each.")
  List<Path> folders = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The whole job's folder. Default: the first folder.")
  @Nullable Path out;

  MergeCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    Path into = out == null ? folders.getFirst() : out;
    JobReport report = Merge.of(folders, into, progress);
    StringBuilder text = new StringBuilder();
    for (Outcome cell : report.cells()) {
      if (cell.state() != Outcome.State.DONE) {
        String how = cell.state() == Outcome.State.FAILED ? "failed: " + cell.problem() : "not run";
        text.append(cell.cell()).append(": ").append(how).append('\n');
      }
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%d done, %d failed, %d not run; %s%n",
            report.count(Outcome.State.DONE),
            report.count(Outcome.State.FAILED),
            report.count(Outcome.State.NOT_RUN),
            into.resolve("report.html")));
    console.result(common.json, report, text.toString());
    return report.allDone() ? ExitCode.SUCCESS : ExitCode.FAILED;
  }
}
