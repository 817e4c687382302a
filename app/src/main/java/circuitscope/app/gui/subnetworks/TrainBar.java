package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.RunBar;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Start, pause, resume, stop, and how far the training is. */
final class TrainBar extends VBox {
  private final ProgressBar bar =
      Icons.named(new ProgressBar(0), "progress", Words.TEXTS.get("train.progress"));
  private final Label standing = new Label();
  private final Button start;
  private final Button pause;
  private final Button resume;
  private final Button stop;

  TrainBar(TrainViewModel model) {
    getStyleClass().add("run-bar");
    start = button("start", "fth-play", model::start);
    pause = button("pause", "fth-pause", model::pause);
    resume = button("resume", "fth-skip-forward", model::resume);
    stop = button("stop", "fth-square", model::stop);
    start.getStyleClass().add("accent");
    HBox first = new HBox(start, resume);
    HBox second = new HBox(pause, stop);
    first.getStyleClass().add("form-row");
    second.getStyleClass().add("form-row");
    bar.setMaxWidth(Double.MAX_VALUE);
    standing.setId("standing");
    standing.getStyleClass().add("note");
    standing.setWrapText(true);
    standing.setMinHeight(USE_PREF_SIZE);
    getChildren().setAll(first, second, bar, standing);
    model.stateProperty().addListener((property, old, now) -> show(now, model.startable()));
    model.startable().addListener((property, old, now) -> show(model.state(), model.startable()));
    show(model.state(), model.startable());
  }

  private static Button button(String name, String icon, Runnable action) {
    Button button = new Button(Words.TEXTS.get("train." + name), Icons.of(icon));
    button.setId("train-" + name);
    button.setTooltip(Icons.tooltip(Words.TEXTS.get("train." + name + ".help")));
    button.setMaxWidth(Double.MAX_VALUE);
    button.setPrefWidth(110);
    HBox.setHgrow(button, Priority.ALWAYS);
    button.setOnAction(event -> action.run());
    return button;
  }

  private void show(TrainState state, ObservableBooleanValue startable) {
    boolean training =
        state instanceof TrainState.Training(var live, var snapshot, var ending)
            && ending == TrainState.Ending.BY_ITSELF;
    start.setDisable(!startable.get());
    resume.setDisable(!startable.get());
    pause.setDisable(!training);
    stop.setDisable(!training);
    bar.setVisible(state.training());
    bar.setManaged(state.training());
    switch (state) {
      case TrainState.Training(var live, var snapshot, var ending) -> {
        bar.setProgress(
            snapshot == null || snapshot.fraction() == 0
                ? ProgressBar.INDETERMINATE_PROGRESS
                : snapshot.fraction());
        standing.setText(RunBar.text(snapshot, ending != TrainState.Ending.BY_ITSELF));
      }
      case TrainState.Paused paused -> standing.setText(Words.TEXTS.get("train.paused"));
      case TrainState.Done done -> standing.setText(Words.TEXTS.get("train.done"));
      case TrainState.Failed failed -> standing.setText(Words.TEXTS.get("train.failed"));
      case TrainState.Idle idle -> standing.setText(Words.TEXTS.get("train.idle"));
    }
  }
}
