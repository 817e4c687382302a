package circuitscope.tests.benchmarks;

import circuitscope.app.gui.study.StudyPage;
import circuitscope.tests.gui.WindowDriver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.control.ButtonBase;

/**
 * Time between the window's frames while a mask trains in it and its curves are drawn: one JSON
 * line. The toolkit asks for at most 60 a second and starts none before the last is drawn, so that
 * a long gap is a window that did not move.
 *
 * <p>Arguments: SECONDS. Under Monocle: {@code -Dglass.platform=Monocle -Dmonocle.platform=Headless
 * -Dheadless.geometry=1920x1200-32 -Dprism.order=sw}; under Xvfb only the last.
 */
public final class TrainingFramesBenchmark {
  private static final Map<String, String> TRAINING =
      Map.of("lambda", "10", "max-steps", "100000", "batch", "8", "length", "64");

  private final List<Double> millis = new ArrayList<>();
  private boolean watching;

  private TrainingFramesBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int seconds = Integer.parseInt(arguments[0]);
    WindowDriver driver = new WindowDriver(1440, 900);
    TrainingFramesBenchmark benchmark = new TrainingFramesBenchmark();
    driver.act(benchmark::watch);
    driver.openEmbedded();
    StudyPage page = driver.openStudy("subnetworks");
    driver.beginTraining(page, TRAINING);
    driver.until(() -> driver.find("live-0") != null);
    driver.act(() -> benchmark.watching = true);
    Thread.sleep(1000L * seconds);
    driver.act(() -> benchmark.watching = false);
    driver.press("train-stop");
    driver.until(() -> !((ButtonBase) driver.find("train-start")).isDisabled());
    benchmark.report();
    Platform.exit();
  }

  private void watch() {
    new AnimationTimer() {
      private long last = System.nanoTime();

      @Override
      public void handle(long now) {
        long time = System.nanoTime();
        if (watching) {
          millis.add((time - last) / 1e6);
        }
        last = time;
      }
    }.start();
  }

  private void report() {
    Collections.sort(millis);
    int count = millis.size();
    System.out.printf(
        Locale.ROOT,
        "{\"benchmark\": \"frames while training\", \"frames\": %d, \"frames_per_second\": %.1f,"
            + " \"median_ms\": %.1f, \"p99_ms\": %.1f, \"longest_ms\": %.1f, \"over_100_ms\":"
            + " %d}%n",
        count,
        1000 / millis.stream().mapToDouble(m -> m).average().orElse(Double.NaN),
        millis.get(count / 2),
        millis.get(count * 99 / 100),
        millis.getLast(),
        millis.stream().filter(m -> m > 100).count());
  }
}
