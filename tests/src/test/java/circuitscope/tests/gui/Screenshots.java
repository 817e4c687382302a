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
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.stage.Stage;

/**
 * Writes pictures of pages: {@code docs/screenshots/make} starts it. Arguments: the folder, then
 * types of pages such as {@code analysis:heads.detect}; each is run with its defaults.
 */
public final class Screenshots {
  private static final long MINUTES = 5;
  private static final List<int[]> SIZES = List.of(new int[] {1440, 900}, new int[] {1280, 800});

  private final Path folder;
  private final Workbench workbench;
  private final ShellWindow window;

  private Screenshots(Path folder) throws Exception {
    this.folder = folder;
    Path settings = Files.createTempDirectory("circuitscope-screens").resolve("window.properties");
    this.workbench = onWindow(() -> new Workbench(new ExecutorJobs(), Settings.read(settings)));
    this.window = onWindow(() -> new Windows(workbench).first(new Stage()));
  }

  /** Writes the pictures and ends. */
  public static void main(String[] arguments) throws Exception {
    Platform.startup(() -> {});
    Screenshots screenshots = new Screenshots(Path.of(arguments[0]));
    screenshots.shoot(List.of(arguments).subList(1, arguments.length));
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
      pictures(type.replace(':', '-'));
    }
  }

  private void pictures(String name) throws Exception {
    for (Settings.Appearance appearance :
        List.of(Settings.Appearance.LIGHT, Settings.Appearance.DARK)) {
      for (int[] size : SIZES) {
        onWindow(
            () -> {
              workbench.settings().appearanceProperty().set(appearance);
              window.stage().setWidth(size[0]);
              window.stage().setHeight(size[1]);
              return size;
            });
        Thread.sleep(400);
        onWindow(
            () -> {
              String file =
                  "%s-%s-%d.png".formatted(name, appearance.name().toLowerCase(java.util.Locale.ROOT), size[0]);
              Snapshot.write(window.stage().getScene(), folder.resolve(file));
              return file;
            });
      }
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
