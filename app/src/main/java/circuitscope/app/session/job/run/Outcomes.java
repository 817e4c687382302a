package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How the cells of a running job stand, on disk after each that ends: a kill loses none. */
final class Outcomes {
  private final Job job;
  private final Path file;
  private final Map<Integer, Outcome> outcomes = new TreeMap<>();

  Outcomes(Job job, Shard shard) throws IOException {
    this.job = job;
    this.file = job.folder().resolve(shard.reportName());
    Set<Cell> own = new HashSet<>(shard.of(job.cells()));
    for (Cell cell : job.cells()) {
      Outcome.State state = own.contains(cell) ? Outcome.State.NOT_RUN : Outcome.State.ELSEWHERE;
      outcomes.put(cell.number(), Outcome.of(job, cell, state));
    }
    Files.createDirectories(job.folder());
    deleteOfOtherDivisions(shard);
    report().write(file);
  }

  /** What another division of the job once said would mislead whoever joins this one. */
  private void deleteOfOtherDivisions(Shard shard) throws IOException {
    try (Stream<Path> list = Files.list(job.folder())) {
      for (Path one : list.toList()) {
        String name = String.valueOf(one.getFileName());
        if (Shard.namesReport(name) && !shard.goesWith(name)) {
          Files.deleteIfExists(one);
        }
      }
    }
  }

  synchronized void set(Outcome outcome) throws IOException {
    outcomes.put(outcome.number(), outcome);
    report().write(file);
  }

  /** In memory alone: {@link #set} of another follows. */
  synchronized void keep(Outcome outcome) {
    outcomes.put(outcome.number(), outcome);
  }

  synchronized Outcome of(Cell cell) {
    return outcomes.getOrDefault(cell.number(), Outcome.of(job, cell, Outcome.State.NOT_RUN));
  }

  synchronized JobReport report() {
    String name = String.valueOf(job.file().getFileName());
    return new JobReport(job.name(), name, job.digest(), outcomes.values().stream().toList());
  }

  void write() throws IOException {
    report().write(file);
  }
}
