package circuitscope.tests.gui;

import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.ShellWindow;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.framework.junit5.ApplicationTest;
import org.testfx.util.WaitForAsyncUtils;

/** A window of its own for each journey, with real jobs and settings of its own. */
@SuppressWarnings("NullAway.Init") // start() comes before every test
abstract class WindowTest extends ApplicationTest {
  private static final long SECONDS = 60;

  @TempDir Path folder;
  final TestDialogs dialogs = new TestDialogs();
  final ExecutorJobs jobs = new ExecutorJobs();
  Workbench workbench;
  ShellWindow window;

  @Override
  public void start(Stage stage) {
    Platform.setImplicitExit(false); // the toolkit is shared by all journeys
    workbench =
        new Workbench(
            jobs,
            Settings.read(
                folder.resolve("window.properties"), Optional.of(folder.resolve("data"))));
    workbench.settings().appearanceProperty().set(Settings.Appearance.LIGHT);
    workbench.settings().put("window", "0 0 1440 900 false");
    window = new Windows(workbench, own -> dialogs).first(stage);
    workbench.loadPageTypes();
  }

  @AfterEach
  void endJobs() {
    interact(
        () -> {
          workbench.models().open().stream().toList().forEach(workbench.models()::unload);
          window.stage().hide();
        });
    until(() -> jobs.all().stream().allMatch(job -> job.state().ended()));
    interact(jobs::close);
  }

  /** Waits for the window to be as said. */
  void until(BooleanSupplier there) {
    try {
      WaitForAsyncUtils.waitFor(
          SECONDS, TimeUnit.SECONDS, () -> WaitForAsyncUtils.asyncFx(there::getAsBoolean).get());
    } catch (TimeoutException e) {
      throw new AssertionError("the window did not get there in %d s".formatted(SECONDS), e);
    }
    WaitForAsyncUtils.waitForFxEvents();
  }

  /** Presses a button by its id, wherever it is scrolled to. */
  void fire(String id) {
    javafx.scene.control.ButtonBase button = lookup("#" + id).query();
    interact(button::fire);
  }

  boolean shown(String id) {
    return lookup("#" + id).tryQuery().filter(Node::isVisible).isPresent();
  }
}
