package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;

/**
 * The answer of a runner, or what stands in its place: a hint before the first run, the problem
 * after a failed one, above the answer from before it if there is one.
 *
 * @param <R> the answer
 */
public final class AnswerPane<R> extends StackPane {
  private final Runner<R> runner;
  private final Node answer;
  private final Services services;
  private final Consumer<R> fill;

  /**
   * Follows a runner.
   *
   * @param fill gives a new answer to {@code answer}, which is then shown
   */
  public AnswerPane(Runner<R> runner, Node answer, Services services, Consumer<R> fill) {
    this.runner = runner;
    this.answer = answer;
    this.services = services;
    this.fill = fill;
    getStyleClass().add("page-content");
    runner.stateProperty().addListener((property, old, now) -> show(old, now));
    show(new RunState.Idle<>(), runner.state());
  }

  private void show(RunState<R> old, RunState<R> now) {
    switch (now) {
      case RunState.Shown<R>(R result) -> {
        if (old.shown().filter(before -> before == result).isEmpty()) {
          fill.accept(result);
        }
        put(answer);
      }
      case RunState.Failed<R>(Problem problem) -> show(new ProblemPane(problem, services.clip()));
      case RunState.Running<R> running ->
          put(runner.answer().isPresent() ? answer : hint("run.first"));
      case RunState.Idle<R> idle -> put(hint("page.idle"));
    }
  }

  private void show(ProblemPane problem) {
    put(runner.answer().isPresent() ? new BorderPane(answer, problem, null, null, null) : problem);
  }

  /** What is there already stays untouched, and keeps the focus. */
  private void put(Node node) {
    if (!getChildren().equals(List.of(node))) {
      getChildren().setAll(node);
    }
  }

  private static Node hint(String text) {
    Label label = new Label(Texts.SHARED.get(text), Icons.of("fth-bar-chart-2"));
    label.getStyleClass().add("hint");
    label.setWrapText(true);
    return label;
  }
}
