package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where cells are run one after the other; closing it frees what it holds. */
interface Lane extends AutoCloseable {
  /** The model that is open, whose cells cost least here. */
  @Nullable JobModel model();

  /**
   * Runs a cell and writes its result.
   *
   * @param listener may throw {@link circuitscope.probes.analysis.CancelledException}
   * @throws circuitscope.probes.analysis.CancelledException when it was cancelled
   * @throws IOException when not even the failure can be written down
   */
  Outcome run(Cell cell, Progress.Listener listener) throws IOException;

  @Override
  void close();
}
