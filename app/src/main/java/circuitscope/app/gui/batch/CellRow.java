package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.ResultFiles;
import circuitscope.probes.analysis.Versions;
import java.nio.file.Files;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A cell of a job, and how it stands.
 *
 * @param snapshot how far it is; null unless it runs
 * @param seconds that it took; 0 when it was not run
 * @param problem why it failed, else empty
 */
public record CellRow(
    Cell cell, State state, Progress.@Nullable Snapshot snapshot, double seconds, String problem) {

  /** How a cell stands. */
  public enum State {
    WAITING,
    /** A result lies there; a run finds out whether it is of the same content. */
    EARLIER,
    RUNNING,
    DONE,
    KEPT,
    FAILED,
    NOT_RUN;

    /** Whether a run made the result or found that it holds. */
    boolean finished() {
      return this == DONE || this == KEPT;
    }
  }

  /** A cell before it is run; looks into its folder. */
  static CellRow of(Cell cell) {
    boolean there =
        Files.exists(cell.folder().resolve(ResultFiles.MANIFEST))
            && Files.exists(cell.folder().resolve(CellRecord.FILE));
    return new CellRow(cell, there ? State.EARLIER : State.WAITING, null, 0, "");
  }

  CellRow running(Progress.@Nullable Snapshot now) {
    return new CellRow(cell, State.RUNNING, now, 0, "");
  }

  CellRow ended(Outcome outcome) {
    State end =
        switch (outcome.state()) {
          case DONE -> outcome.kept() ? State.KEPT : State.DONE;
          case FAILED -> State.FAILED;
          case NOT_RUN, ELSEWHERE -> State.NOT_RUN;
        };
    return new CellRow(cell, end, null, outcome.seconds(), outcome.problem());
  }

  /** This when the run has ended: what ran was stopped. */
  CellRow stopped() {
    return state == State.RUNNING ? new CellRow(cell, State.NOT_RUN, null, 0, "") : this;
  }

  /** The state as it stands in the table, with the share of what runs. */
  String stateText() {
    String name = Words.TEXTS.get("state." + state.name().toLowerCase(Locale.ROOT));
    return snapshot == null ? name : "%s %.0f %%".formatted(name, 100 * snapshot.fraction());
  }

  /** How far it is, or why it failed. */
  String standing() {
    return snapshot == null ? problem : RunBar.text(snapshot, false);
  }

  /** What happened to a cell that failed. */
  Problem failure() {
    String title = Words.TEXTS.get("cell.failed", cell.label());
    String details =
        String.join("\n", title, problem, ShellWords.join(cell.command()), "" + Versions.current());
    return new Problem(title, problem, Words.TEXTS.get("cell.failed.remedy"), details);
  }
}
