package circuitscope.app.gui.page;

import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** What happened, what to do, and the details for a report. */
public final class ProblemPane extends VBox {
  private final HBox buttons;

  public ProblemPane(Problem problem, Services.Clip clip) {
    setId("problem");
    getStyleClass().add("problem");
    setAccessibleText(problem.title() + ". " + problem.happened());
    Label title = new Label(problem.title(), Icons.of("fth-alert-triangle"));
    title.setId("problem-title");
    title.getStyleClass().add("problem-title");
    title.setWrapText(true);
    Label happened = new Label(problem.happened());
    happened.setId("problem-happened");
    happened.setWrapText(true);
    Label remedy = new Label(problem.remedy());
    remedy.setId("problem-remedy");
    remedy.setWrapText(true);
    remedy.getStyleClass().add("problem-remedy");
    remedy.setManaged(!problem.remedy().isEmpty());
    Button copy = new Button(Texts.SHARED.get("problem.copy"), Icons.of("fth-copy"));
    copy.setId("copy-details");
    copy.setOnAction(event -> clip.copy(problem.details()));
    buttons = new HBox(copy);
    buttons.getStyleClass().add("form-row");
    getChildren().setAll(title, happened, remedy, buttons);
  }

  /** Puts another button beside the one that copies. */
  public void addButton(Button button) {
    buttons.getChildren().add(button);
  }
}
