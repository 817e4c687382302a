package circuitscope.tests.gui;

import circuitscope.app.gui.analysis.AnalysisPage;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.study.StudyPage;
import java.nio.file.Path;
import java.util.List;
import javafx.application.Platform;

/**
 * Writes pictures of pages: {@code docs/screenshots/make} starts it. Arguments: the folder, width
 * and height of the window, then types of pages such as {@code heads} or {@code
 * analysis:heads.detect}; each is run with its defaults.
 */
public final class Screenshots {
  private final Path folder;
  private final WindowDriver driver;

  private Screenshots(Path folder, WindowDriver driver) {
    this.folder = folder;
    this.driver = driver;
  }

  /** Writes the pictures and ends. */
  public static void main(String[] arguments) throws Exception {
    int width = Integer.parseInt(arguments[1]);
    int height = Integer.parseInt(arguments[2]);
    Screenshots screenshots =
        new Screenshots(Path.of(arguments[0]), new WindowDriver(width, height));
    screenshots.shoot(List.of(arguments).subList(3, arguments.length));
    Platform.exit();
  }

  private void shoot(List<String> pages) throws Exception {
    driver.openEmbedded();
    StudyScenes studies = new StudyScenes(driver, folder);
    for (String type : pages) {
      if (type.equals("home")) {
        driver.pictures(folder, type);
        continue;
      }
      Page page = WindowDriver.onWindow(() -> driver.window().shell().open(type).orElseThrow());
      if (page instanceof StudyPage study) {
        studies.shoot(type, study);
      } else if (page instanceof AnalysisPage analysis) {
        driver.act(analysis.model()::run);
        driver.await(type, analysis.model().runner());
        driver.pictures(folder, type.replace(':', '-'));
      } else {
        scenes(type, page);
      }
    }
  }

  private void scenes(String type, Page page) throws Exception {
    for (PageScenes scene : WindowDriver.onWindow(() -> PageScenes.of(page))) {
      driver.act(scene.act());
      driver.await(type + scene.name(), scene.runner());
      driver.idle();
      driver.pictures(folder, type + scene.name());
    }
  }
}
