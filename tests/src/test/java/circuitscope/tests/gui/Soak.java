package circuitscope.tests.gui;

import circuitscope.app.gui.analysis.AnalysisPage;
import circuitscope.app.gui.batch.BatchPage;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.study.StudyPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.application.Platform;

/**
 * Opens, runs and closes pages and models over and over, and prints what memory the process holds
 * after each round, one JSON line a round. Arguments: MINUTES. Ends with 1 if anything failed.
 *
 * <p>Runs under Xvfb ({@code -Dprism.order=sw}) or Monocle, as the benchmarks beside it.
 */
public final class Soak {
  /** Quick ones, each from another part of the product. */
  private static final List<String> ANALYSES =
      List.of("loss", "residual.lens", "residual.norms", "heads.pattern", "trace");

  private final WindowDriver driver;
  private final List<String> failures = new ArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();

  private Soak(WindowDriver driver) {
    this.driver = driver;
  }

  public static void main(String[] arguments) throws Exception {
    Duration length = Duration.ofMinutes(Long.parseLong(arguments[0]));
    Soak soak = new Soak(new WindowDriver(1440, 900));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> soak.failed(thread.getName(), failure));
    WindowDriver.onWindow(
        () -> {
          Thread.currentThread()
              .setUncaughtExceptionHandler((thread, failure) -> soak.failed("window", failure));
          return soak;
        });
    Instant end = Instant.now().plus(length);
    try {
      for (int round = 1; Instant.now().isBefore(end); round++) {
        soak.round();
        soak.report(round);
      }
    } catch (Exception failure) {
      soak.failed("round", failure);
    }
    Platform.exit();
    System.exit(soak.failures.isEmpty() ? 0 : 1);
  }

  private void failed(String where, Throwable failure) {
    failures.add(where + ": " + failure);
    failure.printStackTrace();
  }

  /** All pages on a model that is opened for them and unloaded after. */
  private void round() throws Exception {
    driver.openEmbedded();
    for (PageType type : List.copyOf(driver.workbench().pageTypes())) {
      if (!type.id().startsWith("analysis:")) {
        visit(type);
      }
    }
    for (String id : ANALYSES) {
      AnalysisPage page = (AnalysisPage) open("analysis:" + id);
      driver.act(page.model()::run);
      driver.until(() -> !page.model().runner().running().get());
      ran(id, page.model().runner().state());
      close(page);
    }
    driver.act(
        () ->
            List.copyOf(driver.workbench().models().open())
                .forEach(driver.workbench().models()::unload));
    driver.until(() -> driver.workbench().models().open().isEmpty());
    driver.idle();
    driver.act(
        () ->
            driver.workbench().jobs().all().stream()
                .filter(job -> job.state() instanceof JobState.Failed<?>)
                .forEach(job -> failures.add(job.title() + ": " + job.state())));
  }

  private void visit(PageType type) throws Exception {
    Page page = open(type.id());
    if (page instanceof StudyPage study) {
      Map<String, String> small = Map.of();
      String id =
          switch (type.id()) {
            case "residual" -> "residual.lens";
            case "circuits" -> "patch.pairs";
            case "probes" -> "probe.bytes";
            default -> "";
          };
      if (!id.isEmpty()) {
        driver.ask(study, id, small);
        runs.incrementAndGet();
      }
    } else {
      for (PageScenes scene : WindowDriver.onWindow(() -> PageScenes.of(page))) {
        driver.act(scene.act());
        driver.until(() -> !scene.runner().running().get());
        driver.idle();
        ran(type.id() + scene.name(), scene.runner().state());
      }
    }
    if (page instanceof BatchPage batch) {
      driver.act(() -> batch.model().file().save(() -> {})); // or closing would ask
      driver.idle();
    }
    close(page);
  }

  private void ran(String what, RunState<?> state) {
    runs.incrementAndGet();
    if (state instanceof RunState.Failed<?>(var problem)) {
      failures.add(what + ": " + problem.happened());
    }
  }

  private Page open(String type) throws Exception {
    return WindowDriver.onWindow(() -> driver.window().shell().open(type).orElseThrow());
  }

  private void close(Page page) throws Exception {
    driver.act(() -> driver.window().shell().close(page));
  }

  private void report(int round) throws Exception {
    System.gc();
    Thread.sleep(200);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "{\"round\": %d, \"runs\": %d, \"failures\": %d, \"heap_mib\": %.1f, \"resident_mib\":"
            + " %.0f, \"threads\": %d}%n",
        round,
        runs.get(),
        failures.size(),
        (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0,
        residentMib(),
        Thread.activeCount());
    failures.stream().distinct().limit(3).forEach(System.err::println);
  }

  /** What the process holds of the machine's memory; NaN where the system does not say. */
  private static double residentMib() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }
}
