package circuitscope.app.gui;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.slf4j.LoggerFactory;

/**
 * With {@code -Dcircuitscope.startup=report}, says how long after the JVM's start the first window
 * had been drawn; with {@code exit}, ends when the window is complete and its jobs have ended, as
 * when the AOT cache is recorded.
 */
final class StartupReport {
  /** The second pulse comes after the first frame was drawn. */
  private static final int DRAWN_PULSE = 2;

  private static final int COMPLETE_PULSE = 30;

  private StartupReport() {}

  /** Called before the stage is shown. */
  static void firstWindow(Stage stage, Jobs jobs) {
    String asked = System.getProperty("circuitscope.startup", "");
    if (asked.isEmpty()) {
      return;
    }
    new AnimationTimer() {
      private int pulses;

      @Override
      public void handle(long now) {
        if (++pulses == DRAWN_PULSE) {
          long started = ManagementFactory.getRuntimeMXBean().getStartTime();
          double seconds = (System.currentTimeMillis() - started) / 1e3;
          LoggerFactory.getLogger(StartupReport.class)
              .warn("first window after {} s", String.format(Locale.ROOT, "%.2f", seconds));
        }
        boolean complete =
            pulses > COMPLETE_PULSE && jobs.all().stream().allMatch(StartupReport::ended);
        if (complete || (pulses == DRAWN_PULSE && !asked.equals("exit"))) {
          stop();
        }
        if (complete) {
          stage.hide();
          Platform.exit();
        }
      }
    }.start();
  }

  private static boolean ended(Job<?> job) {
    return job.state().ended();
  }
}
