package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Texts;
import circuitscope.viz.fx.FirstFigure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javafx.animation.AnimationTimer;
import javafx.stage.Stage;

/** The windows of the process. */
public final class Windows {
  private final Workbench workbench;
  private final Appearance appearance;
  private final Function<Stage, FileDialogs> files;
  private final List<ShellWindow> open = new ArrayList<>();

  public Windows(Workbench workbench) {
    this(workbench, stage -> new FxFileDialogs(() -> stage, workbench.settings()));
  }

  /** Windows whose file dialogs are others than the system's. */
  public Windows(Workbench workbench, Function<Stage, FileDialogs> files) {
    this.workbench = workbench;
    this.files = files;
    this.appearance = new Appearance(workbench.settings(), workbench.themeProperty());
    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told(failure));
  }

  /** What nobody foresaw takes no window down. */
  private void told(Throwable failure) {
    if (!open.isEmpty()) {
      open.getLast().failed(Problem.of(Texts.SHARED.get("problem.window"), failure));
    }
  }

  /** Opens the first window on the stage that the toolkit gave. */
  public ShellWindow first(Stage stage) {
    WindowState.restore(stage, workbench.settings());
    ShellWindow window = show(stage);
    afterFirstFrame(FirstFigure::prepare);
    return window;
  }

  private ShellWindow show(Stage stage) {
    ShellWindow window =
        new ShellWindow(workbench, stage, files, appearance::dress, one -> next(one.stage()));
    open.add(window);
    stage.setOnHidden(event -> open.remove(window));
    stage.show();
    afterFirstFrame(window::complete);
    return window;
  }

  private void next(Stage before) {
    Stage stage = new Stage();
    stage.setX(before.getX() + 40);
    stage.setY(before.getY() + 40);
    stage.setWidth(before.getWidth());
    stage.setHeight(before.getHeight());
    show(stage);
  }

  /** Runs work that the first frame should not wait for. */
  public void afterFirstFrame(Runnable work) {
    new AnimationTimer() {
      private boolean drawn;

      @Override
      public void handle(long now) {
        if (drawn) {
          stop();
          work.run();
        }
        drawn = true;
      }
    }.start();
  }
}
