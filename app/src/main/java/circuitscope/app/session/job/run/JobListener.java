package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.Progress;

/** Told what becomes of each cell, on the threads that run them. */
public interface JobListener {
  JobListener NONE = new JobListener() {};

  /** The cell is running now. */
  default void started(Cell cell) {}

  /** How far the cell is. */
  default void progressed(Cell cell, Progress.Snapshot snapshot) {}

  /** The cell is done, was kept, failed, or will not be run. */
  default void ended(Cell cell, Outcome outcome) {}

  /** Something that people should know of the whole run. */
  default void noted(String text) {}
}
