package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Runs cells on one lane or several. */
final class CellPool {
  private final Job job;
  private final JobRunner.Options options;
  private final JobListener listener;
  private final Outcomes outcomes;
  private final Progress progress;
  private final Map<Cell, String> standing = new ConcurrentHashMap<>();

  CellPool(
      Job job,
      JobRunner.Options options,
      JobListener listener,
      Outcomes outcomes,
      Progress progress) {
    this.job = job;
    this.options = options;
    this.listener = listener;
    this.outcomes = outcomes;
    this.progress = progress;
  }

  /**
   * Runs cells.
   *
   * @param tf32 in processes that compute so
   * @return false when one failed and the job says to stop there
   */
  boolean run(List<Cell> cells, boolean tf32) throws IOException {
    if (cells.isEmpty()) {
      return true;
    }
    CellQueue queue = new CellQueue(job, cells);
    Width width = Width.of(options.jobs(), cells);
    width.note().ifPresent(listener::noted);
    if (width.lanes() == 1 && !tf32) {
      return work(queue, new LocalLane(job));
    }
    ExecutorService threads = Executors.newFixedThreadPool(width.lanes());
    try {
      List<Future<Boolean>> working = new ArrayList<>();
      for (int lane = 0; lane < width.lanes(); lane++) {
        Map<String, String> environment = new HashMap<>(width.environment(lane));
        if (tf32) {
          environment.put(Precision.TF32_VARIABLE, "1");
        }
        ProcessLane process = new ProcessLane(job, environment, progress::isCancelled);
        working.add(threads.submit(() -> work(queue, process)));
      }
      boolean goOn = true;
      for (Future<Boolean> one : working) {
        goOn &= await(one);
      }
      return goOn;
    } finally {
      queue.stop();
      threads.close();
    }
  }

  private static boolean await(Future<Boolean> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CancelledException cancelled -> throw cancelled;
        case IOException failure -> throw failure;
        case null, default -> throw new IllegalStateException("a lane broke", e);
      }
    }
  }

  private boolean work(CellQueue queue, Lane lane) throws IOException {
    try (lane) {
      for (Cell cell = queue.take(lane.model()); cell != null; cell = queue.take(lane.model())) {
        try {
          if (!finish(cell, lane)) {
            queue.stop();
            return false;
          }
        } finally {
          queue.ended(cell);
        }
      }
      return true;
    } catch (RuntimeException | IOException e) {
      queue.stop(); // the other lanes end with their present cells
      throw e;
    }
  }

  private boolean finish(Cell cell, Lane lane) throws IOException {
    progress.checkCancelled();
    Outcome outcome;
    boolean late = CellQueue.readsOthers(job, cell);
    if (late && !options.force() && JobRunner.isDone(job, cell)) {
      outcome = outcomes.of(cell).keptAsItWas();
    } else {
      listener.started(cell);
      try {
        outcome = lane.run(cell, snapshot -> tell(cell, snapshot));
      } finally {
        standing.remove(cell);
      }
    }
    outcomes.set(outcome);
    listener.ended(cell, outcome);
    progress.advance(1);
    return outcome.state() == Outcome.State.DONE || job.goOn();
  }

  /** Passes on how far a cell is; throws where it is to stop. */
  private void tell(Cell cell, Progress.Snapshot snapshot) {
    standing.put(cell, "%s %.0f %%".formatted(cell.label(), 100 * snapshot.fraction()));
    listener.progressed(cell, snapshot);
    progress.note(standing.values().stream().sorted().collect(Collectors.joining(" · ")));
    progress.advance(0);
  }
}
