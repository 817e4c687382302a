package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.session.compare.Comparison;

/** What stands beside the table. */
public sealed interface Shown {
  /** Nothing is chosen, or more than two are. */
  record Nothing() implements Shown {}

  /** Files are read; what was shown before stays. */
  record Reading() implements Shown {}

  /**
   * One result.
   *
   * @param changed whether its files are others than those that were added
   */
  record One(Row row, Outcome.Parts parts, boolean changed) implements Shown {}

  /** Two results of one analysis, B − A. */
  record Compared(Row a, Row b, Comparison comparison, Outcome.Parts parts) implements Shown {}

  /** Two that cannot be compared, and why. */
  record Beside(Row a, Row b, String reason, Outcome.Parts ofA, Outcome.Parts ofB)
      implements Shown {}

  record Failed(Problem problem) implements Shown {}
}
