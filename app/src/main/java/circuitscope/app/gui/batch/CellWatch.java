package circuitscope.app.gui.batch;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.run.JobListener;
import circuitscope.probes.analysis.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Keeps how the cells of a running job stand; the window looks at it now and then. */
final class CellWatch implements JobListener {
  private final Map<Integer, CellRow> rows = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, CellRow> changed = new ConcurrentSkipListMap<>();
  private volatile String note = "";

  /** Before the cells run. */
  void begin(Job job) {
    job.cells().forEach(cell -> rows.put(cell.number(), CellRow.of(cell)));
    changed.putAll(rows);
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
    CellRow row = rows.computeIfPresent(cell.number(), (number, old) -> change.apply(old));
    if (row != null) {
      changed.put(cell.number(), row);
    }
  }

  @Override
  public void noted(String text) {
    note = text;
  }

  /** After the run: nothing runs any more. */
  void end() {
    rows.replaceAll((number, row) -> row.stopped());
    changed.putAll(rows);
  }

  /** The cells in their order; none before the run has begun. */
  List<CellRow> rows() {
    return List.copyOf(rows.values());
  }

  /** Those that changed since this was asked last. */
  List<CellRow> changed() {
    List<CellRow> now = new ArrayList<>();
    for (var next = changed.pollFirstEntry(); next != null; next = changed.pollFirstEntry()) {
      now.add(next.getValue());
    }
    return now;
  }

  String note() {
    return note;
  }
}
