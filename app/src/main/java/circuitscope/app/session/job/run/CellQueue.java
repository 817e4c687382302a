package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Job.JobModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cells that are still to be run, given out so that each lane keeps its model. A cell that reads
 * what other cells of the job write waits until all before it have ended.
 */
final class CellQueue {
  private final List<Cell> waiting;
  private final Set<Cell> running = new HashSet<>();
  private final Set<Cell> dependent = new HashSet<>();
  private boolean stopped;

  CellQueue(Job job, List<Cell> cells) {
    waiting = new ArrayList<>(cells);
    for (Cell cell : cells) {
      if (readsOthers(job, cell)) {
        dependent.add(cell);
      }
    }
  }

  /** Whether a parameter names something inside the job's own folder. */
  static boolean readsOthers(Job job, Cell cell) {
    Path own = job.folder().toAbsolutePath().normalize();
    return CellKey.paths(cell.run()).stream()
        .anyMatch(path -> path.toAbsolutePath().normalize().startsWith(own));
  }

  /**
   * The next cell, best one of {@code open}; waits where it must. Null when there is none left, or
   * none is to be run any more.
   */
  synchronized @Nullable Cell take(@Nullable JobModel open) {
    while (!stopped && !waiting.isEmpty()) {
      Cell next = choose(open);
      if (next != null) {
        waiting.remove(next);
        running.add(next);
        return next;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return null;
  }

  private @Nullable Cell choose(@Nullable JobModel open) {
    Cell first = null;
    for (Cell cell : waiting) {
      if (ready(cell)) {
        if (cell.model().equals(open)) {
          return cell;
        }
        boolean elsewhere = running.stream().anyMatch(one -> one.model().equals(cell.model()));
        if (first == null || (!elsewhere && isRunning(first.model()))) {
          first = cell;
        }
      }
    }
    return first;
  }

  private boolean isRunning(JobModel model) {
    return running.stream().anyMatch(one -> one.model().equals(model));
  }

  private boolean ready(Cell cell) {
    return !dependent.contains(cell)
        || (running.stream().noneMatch(one -> one.number() < cell.number())
            && waiting.stream().noneMatch(one -> one.number() < cell.number()));
  }

  synchronized void ended(Cell cell) {
    running.remove(cell);
    notifyAll();
  }

  /** No more cells are given out. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }
}
