package circuitscope.app.cli;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.JobReader;
import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.Shard;
import circuitscope.app.session.job.run.DryRun;
import circuitscope.app.session.job.run.JobRunner;
import circuitscope.app.session.job.run.Worker;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = {
      "Run a job file: models × texts × analyses × seeds (docs/job-format.md).",
      "Everything is checked before anything runs. Cells whose results are there, made from the"
          + " same content, are not run again. Exits with 1 when a cell failed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  circuitscope run job.yaml --dry-run", "  circuitscope run job.yaml --shard 2/8"})
final class RunCommand implements Callable<Integer> {
  /** How progress is told. */
  enum Telling {
    TEXT,
    JSON
  }

  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "JOB.yaml", description = "The job file.")
  Path file = Path.of("");

  @Option(
      names = "--dry-run",
      description =
          "Check the job, list its cells and estimate time, memory and disk; run nothing.")
  boolean dryRun;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Run the I-th of N shares of the cells, I from 1 to N; 'merge' joins them.")
  @Nullable String shard;

  @Option(names = "--force", description = "Run also the cells that are done.")
  boolean force;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Cells at a time, each in a process, as many as the memory has room for. Default: one a"
              + " GPU, one on the CPU.")
  @Nullable Integer jobs;

  @Option(
      names = "--progress",
      paramLabel = "text|json",
      description = "How progress is told on standard error; json: one document a line.")
  Telling telling = Telling.TEXT;

  /** Set by a parent process, which sends numbers of cells: the job file's digest. */
  @Option(names = "--worker", hidden = true)
  @Nullable String worker;

  RunCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    Job job = new JobReader(Analyses.registry(), System.getenv()).read(file);
    Shard share = shard == null ? Shard.ALL : Shard.parse(shard);
    if (worker != null) {
      if (!worker.equals(job.digest())) {
        throw new IllegalArgumentException(file + " was changed while it ran; run it again");
      }
      Worker.serve(job, System.in, console.out(), progress);
      return ExitCode.SUCCESS;
    }
    if (dryRun) {
      DryRun plan = DryRun.of(job, share);
      console.result(common.json, plan, Plans.text(plan));
      return ExitCode.SUCCESS;
    }
    if (jobs != null && jobs < 1) {
      throw new IllegalArgumentException("--jobs: %d is below 1".formatted(jobs));
    }
    JobRunner.checkDevices(job);
    JobRunner.Options options = new JobRunner.Options(share, force, jobs == null ? 0 : jobs);
    JobTeller teller =
        telling == Telling.JSON ? new JobTeller.Lines(console) : new JobTeller.Text(console);
    JobReport report = new JobRunner(job, options, teller).run(progress);
    return tell(job, share, report);
  }

  private int tell(Job job, Shard share, JobReport report) {
    String text =
        String.format(
            Locale.ROOT,
            "%d done%s, %d failed, %d not run; %s%n",
            report.count(Outcome.State.DONE),
            report.kept() == 0 ? "" : " (%d before)".formatted(report.kept()),
            report.count(Outcome.State.FAILED),
            report.count(Outcome.State.NOT_RUN),
            share.count() == 1 ? job.page() : "results in " + job.folder());
    console.result(common.json, report, text);
    return report.allDone() ? ExitCode.SUCCESS : ExitCode.FAILED;
  }
}
