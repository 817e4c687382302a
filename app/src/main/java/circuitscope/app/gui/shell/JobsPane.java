package circuitscope.app.gui.shell;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Texts;
import javafx.beans.value.ChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** All jobs: those that wait and run, with their progress, and those that ended. */
final class JobsPane extends VBox {
  JobsPane(Jobs jobs) {
    setId("jobs-pane");
    getStyleClass().add("jobs-pane");
    Label title = new Label(Texts.SHARED.get("jobs.title"));
    title.getStyleClass().add("section-title");
    ListView<Job<?>> list =
        Icons.named(new ListView<>(jobs.all()), "jobs-list", Texts.SHARED.get("jobs.title"));
    list.setCellFactory(view -> new JobCell());
    list.setPlaceholder(new Label(Texts.SHARED.get("jobs.none")));
    list.setPrefSize(440, 280);
    getChildren().setAll(title, list);
  }

  private static final class JobCell extends ListCell<Job<?>> {
    private final Label title = new Label();
    private final Label standing = new Label();
    private final ProgressBar bar = new ProgressBar();
    private final Button cancel = new Button(Texts.SHARED.get("cancel"));
    private final HBox row;
    private final ChangeListener<Object> follow = (property, old, now) -> show();
    private @Nullable Job<?> followed;

    JobCell() {
      standing.getStyleClass().add("note");
      bar.setMaxWidth(Double.MAX_VALUE);
      cancel.getStyleClass().add("small");
      cancel.setMinWidth(USE_PREF_SIZE);
      cancel.setOnAction(
          event -> {
            if (followed != null) {
              followed.cancel();
            }
          });
      VBox texts = new VBox(title, bar, standing);
      texts.getStyleClass().add("tight");
      HBox.setHgrow(texts, Priority.ALWAYS);
      texts.setMinWidth(0);
      row = new HBox(texts, cancel);
      row.getStyleClass().add("form-row");
      row.setAlignment(Pos.CENTER_LEFT);
      setPrefWidth(0);
    }

    @Override
    protected void updateItem(Job<?> job, boolean empty) {
      super.updateItem(job, empty);
      if (followed != null) {
        followed.stateProperty().removeListener(follow);
      }
      followed = empty ? null : job;
      setGraphic(followed == null ? null : row);
      if (followed != null) {
        followed.stateProperty().addListener(follow);
        show();
      }
    }

    private void show() {
      Job<?> job = followed;
      if (job == null) {
        return;
      }
      title.setText(job.title());
      standing.setText(standing(job));
      boolean works = job.state() instanceof JobState.Running<?>;
      bar.setVisible(works);
      bar.setManaged(works);
      if (job.state() instanceof JobState.Running<?> running) {
        bar.setProgress(running.snapshot().fraction());
      }
      cancel.setVisible(!job.state().ended());
      cancel.setManaged(!job.state().ended());
    }

    private static String standing(Job<?> job) {
      return switch (job.state()) {
        case JobState.Queued<?> queued -> Texts.SHARED.get("jobs.queued", job.queue());
        case JobState.Running<?> running -> RunBar.text(running.snapshot(), running.cancelling());
        case JobState.Done<?> done -> Texts.SHARED.get("jobs.done");
        case JobState.Failed<?>(Throwable failure) ->
            Texts.SHARED.get("jobs.failed", String.valueOf(failure.getMessage()));
        case JobState.Cancelled<?> cancelled -> Texts.SHARED.get("jobs.cancelled");
      };
    }
  }
}
