package circuitscope.app.gui.batch;

import circuitscope.app.session.job.InvalidJobException;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.JobReader;
import circuitscope.probes.analysis.AnalysisRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of the text in the editor. */
public sealed interface Check {
  /** Nothing yet. */
  record Reading() implements Check {}

  record Invalid(List<Mistake> mistakes) implements Check {}

  record Valid(Job job, List<CellRow> cells) implements Check {}

  /** A mistake and its place in the text, both counted from 1. */
  record Mistake(int line, int column, String text) {
    private static final Pattern PLACED = Pattern.compile("(\\d+):(\\d+): (.*)", Pattern.DOTALL);

    /** A problem as the reader tells it: {@code LINE:COLUMN: place: what is wrong}. */
    static Mistake of(String problem) {
      Matcher placed = PLACED.matcher(problem);
      return placed.matches()
          ? new Mistake(
              Math.max(1, Integer.parseInt(placed.group(1))),
              Math.max(1, Integer.parseInt(placed.group(2))),
              placed.group(3))
          : new Mistake(1, 1, problem);
    }

    @Override
    public String toString() {
      return "%d:%d: %s".formatted(line, column, text);
    }
  }

  /** Reads a text as the command line reads the file; belongs into a job. */
  static Check of(AnalysisRegistry registry, Path file, String yaml) throws IOException {
    try {
      Job job = new JobReader(registry, System.getenv()).read(file, yaml);
      return new Valid(job, job.cells().stream().map(CellRow::of).toList());
    } catch (InvalidJobException e) {
      return new Invalid(e.problems().stream().map(Mistake::of).toList());
    }
  }
}
