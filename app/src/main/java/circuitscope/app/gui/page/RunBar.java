package circuitscope.app.gui.page;

import circuitscope.probes.analysis.Progress;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Run and Cancel, and how far it is: share, rate and time left. */
public final class RunBar extends VBox {
  private final ProgressBar bar = Icons.named(new ProgressBar(0), "progress", "progress");
  private final Label standing = new Label();

  /**
   * A bar for a page's question.
   *
   * @param runnable whether it can be asked as the page stands
   */
  public RunBar(Runner<?> runner, ObservableBooleanValue runnable, Runnable run) {
    getStyleClass().add("run-bar");
    Button start = new Button(Texts.SHARED.get("run"), Icons.of("fth-play"));
    start.setId("run");
    start.getStyleClass().add("accent");
    start.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(start, Priority.ALWAYS);
    start.disableProperty().bind(runner.running().or(Bindings.not(runnable)));
    start.setOnAction(event -> run.run());
    start.setTooltip(Icons.tooltip(Texts.SHARED.get("run.help")));
    Button cancel = new Button(Texts.SHARED.get("cancel"));
    cancel.setId("cancel");
    cancel.setCancelButton(true);
    cancel.disableProperty().bind(runner.running().not());
    cancel.setOnAction(event -> runner.cancel());
    HBox buttons = new HBox(start, cancel);
    buttons.getStyleClass().add("form-row");
    bar.setMaxWidth(Double.MAX_VALUE);
    standing.setId("standing");
    standing.getStyleClass().add("note");
    VBox progress = new VBox(bar, standing);
    progress.getStyleClass().add("tight");
    progress.visibleProperty().bind(runner.running());
    progress.managedProperty().bind(runner.running());
    getChildren().setAll(buttons, progress);
    runner.stateProperty().addListener((property, old, now) -> show(now));
  }

  private void show(RunState<?> state) {
    if (state instanceof RunState.Running<?> running) {
      Progress.Snapshot snapshot = running.snapshot();
      bar.setProgress(fraction(snapshot));
      standing.setText(text(snapshot, running.cancelling()));
    }
  }

  /** Below zero where it cannot be said. */
  static double fraction(Progress.@org.jspecify.annotations.Nullable Snapshot snapshot) {
    return snapshot == null || snapshot.fraction() == 0
        ? ProgressBar.INDETERMINATE_PROGRESS
        : snapshot.fraction();
  }

  /** "12 of 40 windows · 3.1 a second · 9 s left". */
  public static String text(
      Progress.@org.jspecify.annotations.Nullable Snapshot snapshot, boolean cancelling) {
    if (cancelling) {
      return Texts.SHARED.get("run.cancelling");
    }
    if (snapshot == null) {
      return Texts.SHARED.get("run.waiting");
    }
    StringBuilder text = new StringBuilder(snapshot.message());
    if (snapshot.total() > 0) {
      append(
          text,
          String.format(
              Locale.ROOT, "%,d of %,d %s", snapshot.done(), snapshot.total(), snapshot.unit()));
    }
    if (snapshot.rate() > 0) {
      append(text, Numbers.text(snapshot.rate()) + " a second");
      append(text, Texts.SHARED.get("run.left", Numbers.seconds(snapshot.secondsLeft())));
    }
    append(text, snapshot.note());
    return text.toString();
  }

  private static void append(StringBuilder text, String part) {
    if (!part.isEmpty()) {
      text.append(text.isEmpty() ? "" : " · ").append(part);
    }
  }
}
