package circuitscope.app.gui.shell;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Texts;
import java.time.Duration;
import java.util.List;
import javafx.beans.value.ChangeListener;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/**
 * What was said last and, once {@link #open}, the running job, the device and the memory in use.
 */
final class StatusBar extends HBox {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Workbench workbench;
  private final Runnable showJobs;
  private final Jobs jobs;
  private final Label said = Icons.named(new Label(), "said", Texts.SHARED.get("status.said"));
  private final Label jobTitle = new Label();
  private final ProgressBar progress = new ProgressBar();
  private final Button openJobs = new Button();
  private final ChangeListener<Object> follow = (property, old, now) -> show();
  private final HBox busy = new HBox();
  private @Nullable Job<?> shown;

  StatusBar(Workbench workbench, Runnable showJobs) {
    this.workbench = workbench;
    this.showJobs = showJobs;
    this.jobs = workbench.jobs();
    setId("status");
    getStyleClass().add("status-bar");
    setAlignment(Pos.CENTER_LEFT);
    said.setMinWidth(0);
    said.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(said, Priority.ALWAYS);
    getChildren().setAll(said);
  }

  private void cancelShown() {
    if (shown != null) {
      shown.cancel();
    }
  }

  /** Follows the jobs; the first frame does not wait for that. */
  void open() {
    progress.setId("job-progress");
    progress.setPrefWidth(110);
    openJobs.setId("jobs");
    openJobs.getStyleClass().addAll("flat", "small");
    openJobs.setGraphic(Icons.of("fth-activity"));
    openJobs.setTooltip(Icons.tooltip(Texts.SHARED.get("status.jobs.help")));
    openJobs.setOnAction(event -> showJobs.run());
    Label device = new Label("", Icons.of("fth-cpu"));
    device.setId("device");
    device.setTooltip(Icons.tooltip(Texts.SHARED.get("status.device.help")));
    Label memory = new Label("", Icons.of("fth-hard-drive"));
    memory.setId("memory");
    memory.setTooltip(Icons.tooltip(Texts.SHARED.get("status.memory.help")));
    Button cancel =
        Icons.button("job-cancel", "fth-x", Texts.SHARED.get("status.cancel"), this::cancelShown);
    busy.setAlignment(Pos.CENTER_LEFT);
    busy.spacingProperty().bind(spacingProperty());
    busy.getChildren().setAll(jobTitle, progress, cancel);
    for (Region part : List.of(progress, openJobs, cancel, device, memory)) {
      part.setMinWidth(Region.USE_PREF_SIZE);
    }
    getChildren().setAll(said, busy, openJobs, device, memory);
    jobs.all().addListener((ListChangeListener<Job<?>>) change -> show());
    workbench
        .models()
        .open()
        .addListener((javafx.beans.Observable change) -> device.setText(devices(workbench)));
    device.setText(devices(workbench));
    memory.setText(MemoryUse.text());
    jobs.every(PAUSE, () -> memory.setText(MemoryUse.text()));
    show();
  }

  private static String devices(Workbench workbench) {
    List<String> devices =
        workbench.models().open().stream().map(model -> model.device()).distinct().toList();
    return devices.isEmpty()
        ? workbench.settings().deviceProperty().get()
        : String.join(", ", devices);
  }

  /** Shows a sentence, until the next one. */
  void say(String text) {
    said.setText(text);
  }

  String saidText() {
    return said.getText();
  }

  private void show() {
    List<Job<?>> running = jobs.all().stream().filter(job -> !job.state().ended()).toList();
    Job<?> first = running.isEmpty() ? null : running.getFirst();
    if (first != shown) {
      if (shown != null) {
        shown.stateProperty().removeListener(follow);
      }
      shown = first;
      if (first != null) {
        first.stateProperty().addListener(follow);
      }
    }
    openJobs.setText(
        running.isEmpty()
            ? Texts.SHARED.get("status.jobs.none")
            : Texts.SHARED.get("status.jobs", running.size()));
    jobTitle.setText(first == null ? "" : first.title());
    busy.setVisible(first != null);
    busy.setManaged(first != null);
    if (first != null && first.state() instanceof JobState.Running<?>(var snapshot, var stops)) {
      progress.setProgress(
          snapshot.fraction() == 0 ? ProgressBar.INDETERMINATE_PROGRESS : snapshot.fraction());
      jobTitle.setTooltip(Icons.tooltip(RunBar.text(snapshot, stops)));
    } else {
      progress.setProgress(ProgressBar.INDETERMINATE_PROGRESS);
    }
  }

  /** Memory of this process, native memory included where the system tells it. */
  static final class MemoryUse {
    private static final java.nio.file.Path STATUS = java.nio.file.Path.of("/proc/self/status");

    private MemoryUse() {}

    static String text() {
      try {
        for (String line : java.nio.file.Files.readAllLines(STATUS)) {
          if (line.startsWith("VmRSS:")) {
            return Numbers.bytes(Long.parseLong(line.replaceAll("\\D", "")) * 1024);
          }
        }
      } catch (java.io.IOException e) {
        return heap(); // not Linux
      }
      return heap();
    }

    private static String heap() {
      Runtime runtime = Runtime.getRuntime();
      return Numbers.bytes(runtime.totalMemory() - runtime.freeMemory());
    }
  }
}
