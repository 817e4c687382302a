package circuitscope.app.gui.batch;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.run.JobListener;
import circuitscope.probes.analysis.Progress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Keeps how the cells of a running job stand; the window looks at it now and then. */
final class CellWatch implements JobListener {
  private final Map<Integer, CellRow> rows = new ConcurrentSkipListMap<>();
  private volatile String note = "";

  /** Before the cells run. */
  void begin(Job job) {
    job.cells().forEach(cell -> rows.put(cell.number(), CellRow.of(cell)));
  }

  @Override
  public void started(Cell cell) {
    change(cell, row -> row.running(null));
  }

  @Override
  public void progressed(Cell cell, Progress.Snapshot snapshot) {
    change(cell, row -> row.running(snapshot));
  }

  @Override
  public void ended(Cell cell, Outcome outcome) {
    change(cell, row -> row.ended(outcome));
  }

  private void change(Cell cell, UnaryOperator<CellRow> change) {
    rows.computeIfPresent(cell.number(), (number, row) -> change.apply(row));
  }

  @Override
  public void noted(String text) {
    note = text;
  }

  /** After the run: nothing runs any more. */
  void end() {
    rows.replaceAll((number, row) -> row.stopped());
  }

  /** The cells in their order; none before the run has begun. */
  List<CellRow> rows() {
    return List.copyOf(rows.values());
  }

  String note() {
    return note;
  }
}
