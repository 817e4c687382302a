package circuitscope.app.gui.study;

import circuitscope.app.gui.page.ResultView;
import circuitscope.app.gui.page.Services;
import circuitscope.viz.figure.Figure;
import java.util.function.Consumer;
import javafx.scene.Node;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is shown: figures, tables, summary, protocol and document, before them a view of
 * the page's own if it has one.
 */
public final class AnswerView {
  private final ResultView result;
  private final Consumer<Answer> own;

  /** Without a view of its own. */
  public AnswerView(Services services) {
    this.result = new ResultView(services);
    this.own = answer -> {};
  }

  /**
   * With a view of its own, in the first tab.
   *
   * @param show gives it a new answer
   */
  public AnswerView(Services services, String title, Node view, Consumer<Answer> show) {
    this.result = new ResultView(services);
    this.own = show;
    result.first(title, view);
  }

  Node node() {
    return result;
  }

  void show(Answer answer) {
    own.accept(answer);
    result.show(answer.outcome());
  }

  @Nullable Figure figure() {
    return result.figure();
  }
}
