package circuitscope.app.gui.page;

import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/**
 * How every page is laid out: title and actions above, the question in sections on the left with
 * its run bar below, the answer on the right.
 */
public final class PageFrame extends BorderPane {
  private static final double SIDE_WIDTH = 330;

  private final VBox sections = new VBox();
  private final VBox side = new VBox();
  private final StackPane content = new StackPane();
  private final PageHead head;

  /**
   * An empty frame.
   *
   * @param help what is seen, after which paper; shown below the title
   */
  public PageFrame(String title, String help) {
    getStyleClass().add("page");
    head = new PageHead(title, help);
    setMinWidth(0);
    setTop(head);

    sections.getStyleClass().add("sections");
    ScrollPane scroll = new ScrollPane(sections);
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("side-scroll");
    VBox.setVgrow(scroll, Priority.ALWAYS);
    side.getChildren().setAll(scroll);
    side.getStyleClass().add("page-side");
    side.setPrefWidth(SIDE_WIDTH);
    side.setMinWidth(240);
    content.getStyleClass().add("page-content");
    ScrollPane answer = new ScrollPane(content); // scrolls what is wider than there is room for
    answer.setFitToWidth(true);
    answer.setFitToHeight(true);
    answer.setMinWidth(0);
    answer.getStyleClass().add("side-scroll");
    SplitPane split = new SplitPane(side, answer);
    SplitPane.setResizableWithParent(side, false);
    split.setDividerPositions(0.28);
    setCenter(split);
  }

  /** Adds a part of the question under a heading. */
  public PageFrame section(String title, Node controls) {
    Label heading = new Label(title);
    heading.getStyleClass().add("section-title");
    VBox section = new VBox(heading, controls);
    section.getStyleClass().add("section");
    sections.getChildren().add(section);
    return this;
  }

  public PageFrame runBar(Node bar) {
    side.getChildren().add(bar);
    return this;
  }

  /** Puts buttons for these into the head of the page; the one that runs has its bar. */
  public void actions(List<Action> actions) {
    for (Action action : actions) {
      if (!action.id().equals("page.run")) {
        Button button = new Button(action.text(), Icons.of(action.icon()));
        button.setId(action.id());
        button.getStyleClass().addAll("flat", "small");
        button.setAccessibleText(action.text());
        button.setTooltip(Icons.tooltip(action.text()));
        button.disableProperty().bind(Bindings.not(action.enabled()));
        button.setOnAction(event -> action.run().run());
        head.add(button);
      }
    }
  }

  /** Puts a node on the right, for pages that keep it whatever was run. */
  public void content(Node node) {
    content.getChildren().setAll(node);
  }

  /** Whether something is on screen, for the actions that need it. */
  public BooleanBinding shows(Runner<?> runner) {
    return Bindings.createBooleanBinding(
        () -> runner.state().shown().isPresent(), runner.stateProperty());
  }

  /**
   * Shows on the right what a runner's state asks for: a hint, the answer or the problem.
   *
   * @param answer shown where there is an answer
   * @param fill gives a new answer to it
   */
  public <R> void show(Runner<R> runner, Node answer, Services services, Consumer<R> fill) {
    runner
        .stateProperty()
        .addListener((property, old, now) -> show(old, now, answer, services, fill));
    show(new RunState.Idle<R>(), runner.state(), answer, services, fill);
  }

  private <R> void show(
      RunState<R> old, RunState<R> now, Node answer, Services services, Consumer<R> fill) {
    switch (now) {
      case RunState.Shown<R>(R result) -> {
        if (old.shown().filter(before -> before == result).isEmpty()) {
          fill.accept(result);
        }
        content(answer);
      }
      case RunState.Failed<R>(Problem problem) ->
          content(new ProblemPane(problem, services.clip()));
      case RunState.Running<R> running when running.previous() == null ->
          content(hint("run.first"));
      case RunState.Running<R> running -> {}
      case RunState.Idle<R> idle -> content(hint("page.idle"));
    }
  }

  private static Node hint(String text) {
    Label label = new Label(Texts.SHARED.get(text), Icons.of("fth-bar-chart-2"));
    label.getStyleClass().add("hint");
    label.setWrapText(true);
    return label;
  }
}
