package circuitscope.app.session.job.report;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.JobReport;
import circuitscope.probes.analysis.PendingOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a whole job, made from those of its cells. */
public final class JobFiles {
  static final String JOB_FILE = "job.yaml";
  static final String PAGE = "report.html";

  private JobFiles() {}

  /** Keeps the job file beside the results. */
  public static void keepJobFile(Job job) throws IOException {
    place(job.folder().resolve(JOB_FILE), Files.readString(job.file()));
  }

  /**
   * Writes the page, {@code results.csv}, {@code results.jsonl} and {@code timings.csv} of the
   * cells that are done.
   *
   * @param folder the job's
   */
  public static void write(Path folder, JobReport report) throws IOException {
    JobRows rows = JobRows.read(folder, report);
    place(folder.resolve("results.csv"), rows.csv(false));
    place(folder.resolve("results.jsonl"), rows.jsonLines());
    place(folder.resolve("timings.csv"), rows.csv(true));
    try (PendingOutput pending = PendingOutput.file(folder.resolve(PAGE))) {
      JobPage.write(pending.path(), folder, report, rows);
      pending.commit();
    }
  }

  private static void place(Path file, String text) throws IOException {
    try (PendingOutput pending = PendingOutput.file(file)) {
      Files.writeString(pending.path(), text);
      pending.commit();
    }
  }
}
