package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Answered;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.session.AnalysisRun;
import java.util.List;

/**
 * What a question was answered with, ready to be shown.
 *
 * @param outcome all columns in one: their figures side by side on one scale
 * @param columns one for each model that was asked
 */
public record Answer(Outcome outcome, List<Column> columns) implements Answered {
  /**
   * The answer of one model.
   *
   * @param name such as "full model" or "complement"
   */
  public record Column(String name, AnalysisRun.Finished<?, ?> finished) {}

  public Answer {
    columns = List.copyOf(columns);
  }

  @Override
  public List<AnalysisRun.Finished<?, ?>> runs() {
    return columns.stream().<AnalysisRun.Finished<?, ?>>map(Column::finished).toList();
  }

  /** Puts the columns beside each other; belongs into the job. */
  public static Answer of(List<Column> columns) {
    List<Outcome> outcomes = columns.stream().map(column -> Outcome.of(column.finished())).toList();
    List<String> names = columns.stream().map(Column::name).toList();
    return new Answer(SideBySide.of(names, outcomes), columns);
  }
}
