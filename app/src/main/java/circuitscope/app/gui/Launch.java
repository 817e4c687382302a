package circuitscope.app.gui;

import circuitscope.app.session.SetupException;
import java.util.Map;
import javafx.application.Application;
import org.jspecify.annotations.Nullable;

/** Opens the window and returns when the last one was closed. */
public final class Launch {
  private Launch() {}

  /**
   * Opens the window.
   *
   * @param model to open in it; null for none
   * @param workspace to open in it; null for none
   * @throws SetupException when there is no display
   */
  public static void window(@Nullable String model, @Nullable String workspace) {
    checkDisplay(System.getenv());
    String opened = model == null ? "" : model;
    if (workspace == null) {
      Application.launch(WindowApplication.class, opened);
    } else {
      Application.launch(WindowApplication.class, opened, workspace);
    }
  }

  static void checkDisplay(Map<String, String> environment) {
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    boolean chosen = System.getProperty("glass.platform") != null;
    boolean display =
        !environment.getOrDefault("DISPLAY", "").isEmpty()
            || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    if (linux && !chosen && !display) {
      throw new SetupException(
          "there is no display to open a window on (DISPLAY is not set). Log in with X forwarding"
              + " (ssh -X), start under xvfb-run, or use the command line, which does the same:"
              + " circuitscope --help");
    }
  }
}
