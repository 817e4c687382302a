package circuitscope.tests.gui;

import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.ShellWindow;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.study.StudyPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextInputControl;
import javafx.stage.Stage;

/** A window led from another thread: for pictures, measurements and soaks. */
public final class WindowDriver {
  private static final long MINUTES = 10;
  private static final long AFTER_EDIT = 700;

  private final Path work;
  private final Workbench workbench;
  private final ShellWindow window;

  /** A window of this size, with settings and a working folder of its own. */
  public WindowDriver(int width, int height) throws Exception {
    Platform.startup(() -> {});
    work = Files.createTempDirectory("circuitscope-window");
    Settings settings =
        Settings.read(work.resolve("window.properties"), Optional.of(work.resolve("data")));
    settings.put("window", "0 0 %d %d false".formatted(width, height));
    workbench = onWindow(() -> new Workbench(new ExecutorJobs(), settings));
    window = onWindow(() -> new Windows(workbench).first(new Stage()));
  }

  /** For files made on the way. */
  public Path work() {
    return work;
  }

  public Workbench workbench() {
    return workbench;
  }

  public ShellWindow window() {
    return window;
  }

  /** Opens the embedded checkpoint, and waits for it and for the pages of all analyses. */
  public void openEmbedded() throws Exception {
    onWindow(
        () -> {
          if (workbench.pageTypes().size() < 20) {
            workbench.loadPageTypes();
          }
          return window.shell().openEmbedded();
        });
    until(() -> workbench.models().open().size() == 1 && workbench.pageTypes().size() > 20);
  }

  public StudyPage openStudy(String type) throws Exception {
    return (StudyPage) onWindow(() -> window.shell().open(type).orElseThrow());
  }

  /** Asks one question of such a page and waits for its answer. */
  public void ask(StudyPage page, String id, Map<String, String> parameters) throws Exception {
    QuestionViewModel model = onWindow(() -> ((QuestionPage) page.model().choose(id)).model());
    act(
        () -> {
          model.parameters().fill(parameters);
          model.run();
        });
    await(id, model.runner());
  }

  /** Waits until a page's question has been answered and its result kept; tells of a failure. */
  public void await(String what, Runner<?> runner) throws Exception {
    until(
        () ->
            !runner.running().get()
                && workbench.jobs().all().stream().allMatch(job -> job.state().ended()));
    if (runner.state() instanceof RunState.Failed<?>(var problem)) {
      System.err.println(what + ": " + problem.happened());
    }
  }

  /** Waits until no job runs, those that begin a moment after an edit included. */
  public void idle() throws Exception {
    Thread.sleep(AFTER_EDIT);
    until(() -> workbench.jobs().all().stream().allMatch(job -> job.state().ended()));
  }

  public Node find(String id) {
    return window.stage().getScene().lookup("#" + id);
  }

  public void press(String id) throws Exception {
    act(() -> ((ButtonBase) there(id)).fire());
  }

  public void fill(String id, String text) throws Exception {
    act(() -> ((TextInputControl) there(id)).setText(text));
  }

  private Node there(String id) {
    return Objects.requireNonNull(find(id), () -> "nothing has the id " + id);
  }

  public void tab(String pane, String id) throws Exception {
    act(
        () -> {
          TabPane tabs = (TabPane) there(pane);
          tabs.getTabs().stream()
              .filter(tab -> id.equals(tab.getId()))
              .forEach(tabs.getSelectionModel()::select);
        });
  }

  /** Counts the bigrams of the sample text and begins to train masks on them, on this page. */
  public void beginTraining(StudyPage page, Map<String, String> parameters) throws Exception {
    act(() -> page.model().choose("count"));
    press("sample-text");
    fill("out", work.resolve("bigrams.safetensors").toString());
    until(() -> !((ButtonBase) there("run")).isDisabled());
    press("run");
    until(() -> find("table-counted") != null);
    act(() -> page.model().choose("subnetwork.train"));
    for (Map.Entry<String, String> one : parameters.entrySet()) {
      fill(one.getKey(), one.getValue());
    }
    fill("out", work.resolve("masks").toString());
    press("train-start");
  }

  /** Pictures of the window, light and dark. */
  public void pictures(Path folder, String name) throws Exception {
    for (Settings.Appearance appearance :
        List.of(Settings.Appearance.DARK, Settings.Appearance.LIGHT)) {
      act(() -> workbench.settings().appearanceProperty().set(appearance));
      Thread.sleep(500); // for what moves to come to rest
      onWindow(
          () -> {
            Scene scene = window.stage().getScene();
            String file =
                "%s-%s-%d.png"
                    .formatted(
                        name, appearance.name().toLowerCase(Locale.ROOT), (int) scene.getWidth());
            Snapshot.write(scene, folder.resolve(file));
            return file;
          });
    }
  }

  /** Does something on the window's thread and waits for it. */
  public void act(Runnable work) throws Exception {
    onWindow(Executors.callable(work));
  }

  /** Asks something on the window's thread. */
  public static <T> T onWindow(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Platform.runLater(task);
    return task.get(MINUTES, TimeUnit.MINUTES);
  }

  /** Waits for the window to be as said. */
  public void until(BooleanSupplier there) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!onWindow(there::getAsBoolean)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not there after %d minutes".formatted(MINUTES));
      }
      Thread.sleep(50);
    }
  }
}
