package circuitscope.app.session.job.run;

import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.Shard;
import circuitscope.app.session.job.report.JobFiles;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs the cells of a job that are not done yet. A cell is done when a result lies in its folder
 * that was made from the same content; its files appear when it is done, and {@code failed.json} in
 * its folder when it failed.
 */
public final class JobRunner {
  /**
   * How to run.
   *
   * @param shard the share of the cells
   * @param force runs also what is done
   * @param jobs cells at a time; 0 for as many as there are GPUs for, or one
   */
  public record Options(Shard shard, boolean force, int jobs) {
    public static final Options USUAL = new Options(Shard.ALL, false, 0);
  }

  private static final double LOOKING = 0.02;

  private final Job job;
  private final Options options;
  private final JobListener listener;

  /** A runner whose {@code listener} is told of each cell. */
  public JobRunner(Job job, Options options, JobListener listener) {
    this.job = job;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Tells before anything runs that a device is not here.
   *
   * @throws IllegalArgumentException naming the model that asks for it
   */
  public static void checkDevices(Job job) {
    for (Job.JobModel model : job.models()) {
      try {
        OpenModel.checkDevice(model.choice().device());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: model %s: %s; nothing was run".formatted(job.file(), model.id(), e.getMessage()),
            e);
      }
    }
  }

  /**
   * Runs the share's cells, or up to the first failure if the job says to stop there; writes {@code
   * job.json} as it goes, and at the end, of a whole job, the page and the tables.
   *
   * @throws CancelledException when {@code progress} was cancelled; finished cells stay
   */
  public JobReport run(Progress progress) throws IOException {
    Outcomes outcomes = new Outcomes(job, options.shard());
    JobFiles.keepJobFile(job);
    try {
      List<Cell> cells = unfinished(outcomes, progress.step("finished cells", LOOKING));
      Progress running = progress.step(job.name(), 1);
      running.begin(cells.size(), "cells");
      List<Cell> plain = cells.stream().filter(cell -> !inTf32(cell)).toList();
      List<Cell> tf32 = cells.stream().filter(JobRunner::inTf32).toList();
      boolean goOn = new CellPool(job, options, listener, outcomes, running).run(plain, false);
      if (goOn) {
        new CellPool(job, options, listener, outcomes, running).run(tf32, true);
      }
      for (Cell cell : cells) {
        if (outcomes.of(cell).state() == Outcome.State.NOT_RUN) {
          listener.ended(cell, outcomes.of(cell));
        }
      }
    } finally {
      outcomes.write();
    }
    JobReport report = outcomes.report();
    if (options.shard().count() == 1) {
      JobFiles.write(job.folder(), report);
    }
    return report;
  }

  private static boolean inTf32(Cell cell) {
    String dtype = cell.model().choice().dtype().toLowerCase(Locale.ROOT);
    return dtype.equals(Precision.TF32.toString().toLowerCase(Locale.ROOT));
  }

  /** The share's cells without those whose results lie there already. */
  private List<Cell> unfinished(Outcomes outcomes, Progress looking) {
    List<Cell> own = options.shard().of(job.cells());
    looking.begin(own.size(), "cells");
    List<Cell> unfinished = new ArrayList<>();
    for (Cell cell : own) {
      if (!options.force() && !CellQueue.readsOthers(job, cell) && isDone(job, cell)) {
        Outcome kept = outcomes.of(cell).keptAsItWas();
        outcomes.keep(kept);
        listener.ended(cell, kept);
      } else {
        unfinished.add(cell);
      }
      looking.advance(1);
    }
    return unfinished;
  }

  /** Whether a result of the same content lies in the cell's folder. */
  static boolean isDone(Job job, Cell cell) {
    CellRecord record = CellRecord.read(cell.folder());
    try {
      return record != null && record.key().equals(CellKey.of(job, cell).digest());
    } catch (IOException | RuntimeException e) {
      return false; // running it will say what is wrong
    }
  }
}
