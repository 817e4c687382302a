package circuitscope.tests.gui;

import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.ShellWindow;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.VariantsViewModel.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextInputControl;
import javafx.stage.Stage;

/**
 * Writes pictures of the pages of several questions, subnetworks trained on the way. Arguments: the
 * folder, width and height of the window, then the pages; all when there are none.
 */
public final class StudyScreenshots {
  private static final long MINUTES = 10;

  private final Path folder;
  private final Path work;
  private final Workbench workbench;
  private final ShellWindow window;

  private StudyScreenshots(Path folder, int width, int height) throws Exception {
    this.folder = folder;
    this.work = Files.createTempDirectory("circuitscope-screens");
    Settings settings = Settings.read(work.resolve("window.properties"));
    this.workbench = onWindow(() -> new Workbench(new ExecutorJobs(), settings));
    settings.put("window", "0 0 %d %d false".formatted(width, height));
    this.window = onWindow(() -> new Windows(workbench).first(new Stage()));
  }

  /** Writes the pictures and ends. */
  public static void main(String[] arguments) throws Exception {
    Platform.startup(() -> {});
    StudyScreenshots screenshots =
        new StudyScreenshots(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    Set<String> pages = Set.copyOf(List.of(arguments).subList(3, arguments.length));
    screenshots.shoot(page -> pages.isEmpty() || pages.contains(page));
    Platform.exit();
  }

  private void shoot(java.util.function.Predicate<String> wanted) throws Exception {
    onWindow(
        () -> {
          workbench.loadPageTypes();
          return window.shell().openEmbedded();
        });
    until(() -> workbench.models().open().size() == 1 && workbench.pageTypes().size() > 20);
    if (wanted.test("probes")) {
      StudyPage probes = open("probes");
      ask(probes, "probe.bytes", Map.of(), "probes-bytes");
    }
    subnetworks(wanted.test("subnetworks"));
    if (wanted.test("residual")) {
      residual();
    }
    if (wanted.test("circuits")) {
      circuits();
    }
  }

  private Path mask() {
    return work.resolve("masks/lambda-10.safetensors");
  }

  /** Counting and training are needed by the other pages too. */
  private void subnetworks(boolean pictures) throws Exception {
    StudyPage page = open("subnetworks");
    onWindow(() -> page.model().choose("count"));
    press("sample-text");
    fill("out", work.resolve("bigrams.safetensors").toString());
    until(() -> !((ButtonBase) find("run")).isDisabled());
    press("run");
    until(() -> find("table-counted") != null);
    if (pictures) {
      pictures("subnetworks-count");
    }
    onWindow(() -> page.model().choose("subnetwork.train"));
    fill("lambda", "1,10");
    fill("max-steps", "12");
    fill("batch", "2");
    fill("length", "16");
    fill("learning-rate", "0.002");
    fill("out", work.resolve("masks").toString());
    press("train-start");
    until(() -> !((ButtonBase) find("train-start")).isDisabled());
    if (!pictures) {
      return;
    }
    pictures("subnetworks-train");
    tab("training", "tab-training-distribution");
    pictures("subnetworks-distribution");
    tab("training", "tab-training-result");
    pictures("subnetworks-result");
    ask(page, "subnetwork.show", Map.of("mask", mask().toString()), "subnetworks-show");
    onWindow(() -> page.model().choose("algebra"));
    press("run");
    until(() -> !((ButtonBase) find("algebra-complement")).isDisabled());
    press("algebra-complement");
    until(() -> !((ButtonBase) find("algebra-undo")).isDisabled());
    pictures("subnetworks-algebra");
    Map<String, String> few = Map.of("max-sequences", "8", "length", "64");
    ask(page, "subnetwork.eval", few, "subnetworks-eval");
    onWindow(() -> page.model().choose("subnetwork.compose"));
    pictures("subnetworks-compose-before");
    ask(
        page,
        "subnetwork.compose",
        Map.of("max-sequences", "8", "length", "64", "add", "L0H1,L1.mlp,L3H5"),
        "subnetworks-compose");
    ask(page, "subnetwork.tokens", Map.of("length", "64"), "subnetworks-tokens");
    ask(
        page,
        "subnetwork.compare",
        Map.of("with", work.resolve("masks/lambda-1.safetensors").toString()),
        "subnetworks-compare");
  }

  private void residual() throws Exception {
    StudyPage page = open("residual");
    ask(page, "residual.lens", Map.of(), "residual-lens");
    onWindow(
        () -> {
          QuestionViewModel model = ((QuestionPage) page.model().choose("residual.lens")).model();
          model.variants().maskProperty().set(mask().toString());
          model.variants().property(Kind.COMPLEMENT).set(true);
          model.variants().property(Kind.RANDOM).set(true);
          return model;
        });
    ask(page, "residual.lens", Map.of(), "residual-lens-beside");
    tab("result", "tab-figures");
    pictures("residual-lens-figures");
    ask(page, "residual.attribution", Map.of(), "residual-attribution");
    ask(page, "residual.norms", Map.of(), "residual-norms");
    onWindow(
        () -> {
          QuestionViewModel model =
              ((QuestionPage) page.model().choose("residual.trajectories")).model();
          model.asked().input().kindProperty().set(InputFormViewModel.Kind.TEXT);
          return model;
        });
    ask(page, "residual.trajectories", Map.of(), "residual-trajectories");
    ask(page, "patch.grid", Map.of("count", "4"), "residual-patching");
  }

  private void circuits() throws Exception {
    StudyPage page = open("circuits");
    ask(page, "patch.pairs", Map.of("template", "induction"), "circuits-pairs");
    onWindow(() -> page.model().choose("circuit.find"));
    fill("beside-mask", mask().toString());
    ask(
        page,
        "circuit.find",
        Map.of("template", "induction", "count", "8", "draws", "2", "knockouts", "4"),
        "circuits-find");
  }

  private StudyPage open(String type) throws Exception {
    return (StudyPage) onWindow(() -> window.shell().open(type).orElseThrow());
  }

  private void ask(StudyPage page, String id, Map<String, String> parameters, String name)
      throws Exception {
    QuestionViewModel model = onWindow(() -> ((QuestionPage) page.model().choose(id)).model());
    onWindow(
        () -> {
          model.parameters().fill(parameters);
          model.run();
          return id;
        });
    until(() -> !model.runner().running().get());
    if (model.runner().state() instanceof RunState.Failed<?>(var problem)) {
      System.err.println(id + ": " + problem.happened());
    }
    pictures(name);
  }

  private Node find(String id) {
    return window.stage().getScene().lookup("#" + id);
  }

  private void press(String id) throws Exception {
    onWindow(
        () -> {
          ((ButtonBase) find(id)).fire();
          return id;
        });
  }

  private void fill(String id, String text) throws Exception {
    onWindow(
        () -> {
          ((TextInputControl) find(id)).setText(text);
          return id;
        });
  }

  private void tab(String pane, String id) throws Exception {
    onWindow(
        () -> {
          TabPane tabs = (TabPane) find(pane);
          tabs.getTabs().stream()
              .filter(tab -> id.equals(tab.getId()))
              .forEach(tabs.getSelectionModel()::select);
          return id;
        });
  }

  private void pictures(String name) throws Exception {
    for (Settings.Appearance appearance :
        List.of(Settings.Appearance.DARK, Settings.Appearance.LIGHT)) {
      onWindow(
          () -> {
            workbench.settings().appearanceProperty().set(appearance);
            return appearance;
          });
      Thread.sleep(600);
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
