package circuitscope.app.cli;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.JobReader;
import circuitscope.app.session.job.JobRunner;
import circuitscope.app.session.job.Shard;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Files;
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
    name = "run",
    description = {
      "Run a job file: models × texts × analyses, in order (docs/job-format.md).",
      "Everything is checked before anything runs. Exits with 1 when a cell failed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  circuitscope run job.yaml --dry-run", "  circuitscope run job.yaml --shard 2/8"})
final class RunCommand implements Callable<Integer> {
  private static final String TF32 = "tf32";

  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "JOB.yaml", description = "The job file.")
  Path file = Path.of("");

  @Option(names = "--dry-run", description = "Check the job and list its cells; run nothing.")
  boolean dryRun;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Run the I-th of N shares of the cells, I from 1 to N.")
  @Nullable String shard;

  /** Set by the parent when it starts a process for TF32, which the whole process must share. */
  @Option(names = "--process-dtype", hidden = true)
  @Nullable String processDtype;

  RunCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  /** What {@code --dry-run} says of a cell. */
  record Planned(int number, String cell, String folder, List<String> command) {}

  @Override
  public Integer call() throws IOException {
    Job job = new JobReader(Analyses.registry(), System.getenv()).read(file);
    Shard share = shard == null ? Shard.ALL : Shard.parse(shard);
    List<Cell> cells = share.of(job.cells());
    if (dryRun) {
      return plan(cells);
    }
    String name =
        share.count() == 1 ? "job" : "job-%d-of-%d".formatted(share.index(), share.count());
    Path stored = job.folder().resolve(name + ".json");
    Path storedOfTf32 = job.folder().resolve(name + "-tf32.json");
    List<Cell> tf32 = cells.stream().filter(RunCommand::inTf32).toList();
    if (processDtype != null) {
      new JobRunner(job, tf32, this::tell).run(progress).write(storedOfTf32);
      return ExitCode.SUCCESS;
    }
    List<Cell> here = cells.stream().filter(cell -> !inTf32(cell)).toList();
    JobRunner.Report report = new JobRunner(job, here, this::tell).run(progress);
    if (!tf32.isEmpty()) {
      report.write(stored); // stays, whatever becomes of the other process
      Files.deleteIfExists(storedOfTf32);
      int code = runTf32();
      if (!Files.exists(storedOfTf32)) {
        return code;
      }
      report = report.and(JobRunner.Report.read(storedOfTf32));
      Files.delete(storedOfTf32);
    }
    report.write(stored);
    return tell(job, report);
  }

  private static boolean inTf32(Cell cell) {
    return cell.model().choice().dtype().equals(TF32);
  }

  private int plan(List<Cell> cells) {
    List<Planned> planned = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Cell cell : cells) {
      planned.add(
          new Planned(cell.number(), cell.label(), cell.folder().toString(), cell.command()));
      text.append(
          String.format(
              Locale.ROOT, "%4d  %-48s %s%n", cell.number(), cell.label(), cell.folder()));
    }
    text.append(String.format(Locale.ROOT, "%d cells, nothing was run%n", cells.size()));
    console.result(common.json, planned, text.toString());
    return ExitCode.SUCCESS;
  }

  private int tell(Job job, JobRunner.Report report) {
    String text =
        String.format(
            Locale.ROOT,
            "%d done, %d failed, %d not run; results in %s%n",
            report.count(JobRunner.State.DONE),
            report.count(JobRunner.State.FAILED),
            report.count(JobRunner.State.NOT_RUN),
            job.folder());
    console.result(common.json, report, text);
    boolean allDone = report.count(JobRunner.State.DONE) == report.cells().size();
    return allDone ? ExitCode.SUCCESS : ExitCode.FAILED;
  }

  private void tell(JobRunner.Outcome outcome) {
    String end =
        switch (outcome.state()) {
          case DONE -> String.format(Locale.ROOT, "done in %.1f s", outcome.seconds());
          case FAILED -> "failed: " + outcome.problem();
          case NOT_RUN -> "not run";
        };
    console.err().println(outcome.cell() + ": " + end);
  }

  /** Runs the TF32 cells in a process of their own, which stores its report and prints nothing. */
  private int runTf32() throws IOException {
    String home = System.getProperty("circuitscope.home");
    if (home == null) {
      throw new IllegalArgumentException(
          "tf32 needs a process of its own, which only bin/circuitscope can start");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(home, "bin", "circuitscope").toString());
    command.addAll(List.of("run", file.toString(), "--process-dtype", TF32));
    if (shard != null) {
      command.addAll(List.of("--shard", shard));
    }
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.CANCELLED;
    }
  }
}
