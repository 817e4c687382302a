package circuitscope.app.gui;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * With {@code -Dcircuitscope.startup=report}, says how long after the process's start the first
 * window had been drawn; with {@code exit}, ends then, as when the AOT cache is recorded.
 */
final class StartupReport {
  private static final Logger LOG = LoggerFactory.getLogger(StartupReport.class);

  /** The second pulse comes after the first frame was drawn. */
  private static final int DRAWN_PULSE = 2;

  private StartupReport() {}

  static void firstWindow(Stage stage) {
    String asked = System.getProperty("circuitscope.startup", "");
    if (asked.isEmpty()) {
      return;
    }
    new AnimationTimer() {
      private int pulses;

      @Override
      public void handle(long now) {
        if (++pulses == DRAWN_PULSE) {
          stop();
          Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.now());
          double seconds = Duration.between(started, Instant.now()).toMillis() / 1e3;
          LOG.warn("first window after {} s", String.format(Locale.ROOT, "%.2f", seconds));
          if (asked.equals("exit")) {
            stage.hide();
            Platform.exit();
          }
        }
      }
    }.start();
  }
}
