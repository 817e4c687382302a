package circuitscope.app.gui;

import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javafx.application.Application;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The JavaFX application; {@link Launch} starts it. */
public final class WindowApplication extends Application {
  private @Nullable ExecutorJobs jobs;
  private @Nullable Workbench workbench;

  @Override
  public void start(Stage stage) {
    ExecutorJobs made = new ExecutorJobs();
    jobs = made;
    Workbench shared = new Workbench(made, Settings.ofUser(System.getenv()), this::show);
    workbench = shared;
    Windows windows = new Windows(shared);
    StartupReport.firstWindow(stage, made);
    var window = windows.first(stage);
    List<String> named = getParameters().getUnnamed();
    windows.afterFirstFrame(
        () -> {
          shared.loadPageTypes();
          if (!named.isEmpty() && !named.getFirst().isEmpty()) {
            window.shell().openModel(named.getFirst());
          }
          if (named.size() > 1) {
            window.shell().openWorkspace(Path.of(named.get(1)));
          } else {
            window.shell().recoverUnsaved();
          }
        });
  }

  private boolean show(Path place) {
    getHostServices().showDocument(place.toUri().toString());
    return true;
  }

  @Override
  public void stop() throws IOException {
    if (jobs != null) {
      jobs.close();
    }
    if (workbench != null) {
      workbench.project().close();
    }
  }
}
