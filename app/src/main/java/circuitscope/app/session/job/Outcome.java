package circuitscope.app.session.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a cell stands or ended.
 *
 * @param cell as people name it
 * @param analysis under its name in the job
 * @param question the id of the analysis: {@code heads.detect}
 * @param seed one of several; null when the analysis has one seed or none
 * @param kept whether a result of the same key lay there already
 * @param folder relative to the job's
 * @param seconds that it took, the opening of its model included; 0 when it was kept
 * @param problem why it failed, else empty
 * @param command the command line that repeats it
 */
public record Outcome(
    int number,
    String cell,
    String model,
    String text,
    String analysis,
    String question,
    @Nullable Long seed,
    State state,
    boolean kept,
    String folder,
    double seconds,
    String problem,
    List<String> command) {

  /** How a cell stands; the best first. */
  public enum State {
    DONE,
    FAILED,
    NOT_RUN,
    /** The share of another shard. */
    ELSEWHERE
  }

  /** A cell that nothing was done about. */
  public static Outcome of(Job job, Job.Cell cell, State state) {
    return new Outcome(
        cell.number(),
        cell.label(),
        cell.model().id(),
        cell.textId(),
        cell.analysis().id(),
        cell.analysis().analysis().id(),
        cell.seed(),
        state,
        false,
        job.folder().relativize(cell.folder()).toString().replace('\\', '/'),
        0,
        "",
        cell.command());
  }

  public Outcome done(double took) {
    return ended(State.DONE, false, took, "");
  }

  public Outcome keptAsItWas() {
    return ended(State.DONE, true, 0, "");
  }

  public Outcome failed(double took, String why) {
    return ended(State.FAILED, false, took, why);
  }

  /** What another shard should have done, and none did. */
  public Outcome notRun() {
    return ended(State.NOT_RUN, false, 0, "");
  }

  private Outcome ended(State newState, boolean newKept, double took, String why) {
    double rounded = Math.round(took * 1e3) / 1e3;
    return new Outcome(
        number, cell, model, text, analysis, question, seed, newState, newKept, folder, rounded,
        why, command);
  }
}
