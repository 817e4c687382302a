package circuitscope.app.session.job;

import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.PendingOutput;
import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How every cell of a job stands, in the job's order: {@code job.json}, or {@code job-I-of-N.json}
 * of a shard.
 *
 * @param file the job file's name
 * @param digest of the job file
 */
public record JobReport(String job, String file, String digest, List<Outcome> cells) {
  public JobReport {
    cells = List.copyOf(cells);
  }

  public long count(Outcome.State state) {
    return cells.stream().filter(cell -> cell.state() == state).count();
  }

  /** Cells that are done because they were before. */
  public long kept() {
    return cells.stream().filter(Outcome::kept).count();
  }

  /** Whether every cell that is not another shard's is done. */
  public boolean allDone() {
    return count(Outcome.State.FAILED) == 0 && count(Outcome.State.NOT_RUN) == 0;
  }

  /** The report that {@link #write} stored. */
  public static JobReport read(Path file) throws IOException {
    try {
      return Json.read(Files.readString(file), JobReport.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s is no job report of this version (%s); run the job again"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }

  /** Stores the report as a JSON file. */
  public void write(Path file) throws IOException {
    try (PendingOutput pending = PendingOutput.file(file)) {
      Files.writeString(pending.path(), Json.pretty(this) + "\n");
      pending.commit();
    }
  }
}
