package circuitscope.tests.gui;

import circuitscope.app.gui.analysis.AnalysisPage;
import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.ShellWindow;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.stage.Stage;

/**
 * Writes pictures of pages: {@code docs/screenshots/make} starts it. Arguments: the folder, width
 * and height of the window, then types of pages such as {@code analysis:heads.detect}; each is run
 * with its defaults.
 */
public final class Screenshots {
  private static final long MINUTES = 5;
  private final Path folder;
  private final Workbench workbench;
  private final ShellWindow window;

  private Screenshots(Path folder, int width, int height) throws Exception {
    this.folder = folder;
    Path work = Files.createTempDirectory("circuitscope-screens");
    Settings settings =
        Settings.read(work.resolve("window.properties"), Optional.of(work.resolve("data")));
    this.workbench = onWindow(() -> new Workbench(new ExecutorJobs(), settings));
    workbench.settings().put("window", "0 0 %d %d false".formatted(width, height));
    this.window = onWindow(() -> new Windows(workbench).first(new Stage()));
  }

  /** Writes the pictures and ends. */
  public static void main(String[] arguments) throws Exception {
    Platform.startup(() -> {});
    Screenshots screenshots =
        new Screenshots(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    screenshots.shoot(List.of(arguments).subList(3, arguments.length));
    Platform.exit();
  }

  private void shoot(List<String> pages) throws Exception {
    onWindow(
        () -> {
          workbench.loadPageTypes();
          return window.shell().openEmbedded();
        });
    until(() -> workbench.models().open().size() == 1 && workbench.pageTypes().size() > 20);
    pictures("home");
    for (String type : pages) {
      Page page = onWindow(() -> window.shell().open(type).orElseThrow());
      if (page instanceof AnalysisPage analysis) {
        onWindow(
            () -> {
              analysis.model().run();
              return type;
            });
        until(() -> !analysis.model().runner().running().get());
        if (analysis.model().runner().state() instanceof RunState.Failed<?>(var problem)) {
          System.err.println(type + ": " + problem.happened());
        }
      }
      List<PageScenes> scenes = onWindow(() -> PageScenes.of(page));
      for (PageScenes scene : scenes) {
        onWindow(
            () -> {
              scene.act().run();
              return type;
            });
        until(
            () ->
                !scene.runner().running().get()
                    && workbench.jobs().all().stream().allMatch(job -> job.state().ended()));
        pictures(type + scene.name());
      }
      if (scenes.isEmpty()) {
        pictures(type.replace(':', '-'));
      }
    }
  }

  private void pictures(String name) throws Exception {
    for (Settings.Appearance appearance :
        List.of(Settings.Appearance.LIGHT, Settings.Appearance.DARK)) {
      onWindow(
          () -> {
            workbench.settings().appearanceProperty().set(appearance);
            return appearance;
          });
      Thread.sleep(400);
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

  private static <T> T onWindow(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Platform.runLater(task);
    return task.get(MINUTES, TimeUnit.MINUTES);
  }

  private static void until(BooleanSupplier there) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!onWindow(there::getAsBoolean)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not there after %d minutes".formatted(MINUTES));
      }
      Thread.sleep(50);
    }
  }
}
