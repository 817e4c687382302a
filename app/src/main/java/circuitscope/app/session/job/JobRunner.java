package circuitscope.app.session.job;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs cells of a job in order. A model is opened once for all its cells; each cell's files appear
 * when it is done, and {@code failed.json} in its folder when it failed.
 */
public final class JobRunner {
  /** How a cell ended. */
  public enum State {
    DONE,
    FAILED,
    NOT_RUN
  }

  /**
   * The end of one cell.
   *
   * @param problem why it failed, else empty
   */
  public record Outcome(
      int number, String cell, State state, String folder, double seconds, String problem) {}

  /** The end of all cells, in their order. */
  public record Report(String job, List<Outcome> cells) {
    public long count(State state) {
      return cells.stream().filter(cell -> cell.state() == state).count();
    }

    /** The report that {@link #write} stored. */
    public static Report read(Path file) throws IOException {
      return Json.read(Files.readString(file), Report.class);
    }

    /** This report and another of the same job, cells in the job's order. */
    public Report and(Report other) {
      return new Report(
          job,
          Stream.concat(cells.stream(), other.cells.stream())
              .sorted(Comparator.comparingInt(Outcome::number))
              .toList());
    }

    /** Stores the report as a JSON file. */
    public void write(Path file) throws IOException {
      try (PendingOutput pending = PendingOutput.file(file)) {
        Files.writeString(pending.path(), Json.pretty(this) + "\n");
        pending.commit();
      }
    }
  }

  private static final String FAILED = "failed.json";
  private static final double OPENING = 0.2;

  private final Job job;
  private final List<Cell> cells;
  private final Consumer<Outcome> listener;
  private final List<Outcome> outcomes = new ArrayList<>();
  private boolean stopped;

  /**
   * A runner of some of the job's cells.
   *
   * @param listener told of each cell as it ends
   */
  public JobRunner(Job job, List<Cell> cells, Consumer<Outcome> listener) {
    this.job = job;
    this.cells = List.copyOf(cells);
    this.listener = listener;
  }

  /**
   * Runs them all, or up to the first failure unless the job says to go on.
   *
   * @throws CancelledException when {@code progress} was cancelled; finished cells stay
   */
  public Report run(Progress progress) throws IOException {
    Map<JobModel, List<Cell>> byModel = new LinkedHashMap<>();
    for (Cell cell : cells) {
      byModel.computeIfAbsent(cell.model(), model -> new ArrayList<>()).add(cell);
    }
    for (Map.Entry<JobModel, List<Cell>> entry : byModel.entrySet()) {
      double share = (double) entry.getValue().size() / cells.size();
      runModel(entry.getKey(), entry.getValue(), progress.step(entry.getKey().id(), share));
    }
    return new Report(job.name(), outcomes);
  }

  private void runModel(JobModel model, List<Cell> ofModel, Progress progress) throws IOException {
    if (stopped) {
      ofModel.forEach(this::notRun);
      return;
    }
    boolean readsText = ofModel.stream().anyMatch(JobRunner::readsText);
    try (OpenModel opened =
        OpenModel.open(model.choice(), readsText, progress.step("opening", OPENING))) {
      double share = (1 - OPENING) / ofModel.size();
      for (Cell cell : ofModel) {
        if (stopped) {
          notRun(cell);
        } else {
          runCell(cell, opened, progress.step(cell.analysis().id(), share));
        }
      }
    } catch (CancelledException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      for (Cell cell : ofModel) {
        boolean ended = outcomes.stream().anyMatch(one -> one.number() == cell.number());
        if (!ended && stopped) {
          notRun(cell);
        } else if (!ended) {
          failed(cell, 0, e);
        }
      }
    }
  }

  private static boolean readsText(Cell cell) {
    return cell.text() != null && !(cell.text().input() instanceof TokenInput.Ids);
  }

  private void runCell(Cell cell, OpenModel model, Progress progress) throws IOException {
    long start = System.nanoTime();
    try {
      AnalysisRun.Finished<?, ?> finished = cell.run().on(model, cell.folder(), progress);
      finished.write(cell.folder());
      Files.deleteIfExists(cell.folder().resolve(FAILED));
      end(cell, State.DONE, seconds(start), "");
    } catch (CancelledException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      failed(cell, seconds(start), e);
    }
  }

  private void failed(Cell cell, double seconds, Exception failure) throws IOException {
    String problem = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    stopped |= !job.goOn();
    Outcome outcome = end(cell, State.FAILED, seconds, problem);
    Path file = cell.folder().resolve(FAILED);
    try (PendingOutput pending = PendingOutput.file(file)) {
      Files.writeString(pending.path(), Json.pretty(outcome) + "\n");
      pending.commit();
    }
  }

  private void notRun(Cell cell) {
    end(cell, State.NOT_RUN, 0, "");
  }

  private Outcome end(Cell cell, State state, double seconds, String problem) {
    Outcome outcome =
        new Outcome(cell.number(), cell.label(), state, cell.folder().toString(), seconds, problem);
    outcomes.add(outcome);
    listener.accept(outcome);
    return outcome;
  }

  private static double seconds(long startNanos) {
    return Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3;
  }
}
