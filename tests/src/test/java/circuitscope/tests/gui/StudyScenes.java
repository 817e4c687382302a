package circuitscope.tests.gui;

import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.VariantsViewModel.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import javafx.scene.control.ButtonBase;

/** Pictures of the pages of several questions; two subnetworks are trained on the way. */
final class StudyScenes {
  private static final Map<String, String> TRAINING =
      Map.of(
          "lambda", "1,10",
          "max-steps", "80",
          "batch", "2",
          "length", "16",
          "learning-rate", "0.002");

  private final WindowDriver driver;
  private final Path folder;

  StudyScenes(WindowDriver driver, Path folder) {
    this.driver = driver;
    this.folder = folder;
  }

  void shoot(String type, StudyPage page) throws Exception {
    switch (type) {
      case "subnetworks" -> subnetworks(page);
      case "residual" -> residual(page);
      case "circuits" -> circuits(page);
      default -> ask(page, "probe.bytes", Map.of(), "probes-bytes");
    }
  }

  private Path mask() {
    return driver.work().resolve("masks/lambda-10.safetensors");
  }

  /** The other pages show a mask too. */
  private void train(StudyPage page) throws Exception {
    driver.beginTraining(page, TRAINING);
    driver.until(() -> !((ButtonBase) driver.find("train-start")).isDisabled());
  }

  private void needMask() throws Exception {
    if (!Files.exists(mask())) {
      StudyPage page = driver.openStudy("subnetworks");
      train(page);
      driver.act(() -> driver.window().shell().close(page));
    }
  }

  private void subnetworks(StudyPage page) throws Exception {
    train(page);
    picture("subnetworks-train");
    driver.tab("training", "tab-training-distribution");
    picture("subnetworks-distribution");
    driver.tab("training", "tab-training-result");
    picture("subnetworks-result");
    driver.act(() -> page.model().choose("count"));
    picture("subnetworks-count");
    ask(page, "subnetwork.show", Map.of("mask", mask().toString()), "subnetworks-show");
    driver.act(() -> page.model().choose("algebra"));
    driver.press("run");
    driver.until(() -> !((ButtonBase) driver.find("algebra-complement")).isDisabled());
    driver.press("algebra-complement");
    driver.until(() -> !((ButtonBase) driver.find("algebra-undo")).isDisabled());
    picture("subnetworks-algebra");
    Map<String, String> few = Map.of("max-sequences", "8", "length", "64");
    ask(page, "subnetwork.eval", few, "subnetworks-eval");
    driver.act(() -> page.model().choose("subnetwork.compose"));
    picture("subnetworks-compose-before");
    ask(
        page,
        "subnetwork.compose",
        Map.of("max-sequences", "8", "length", "64", "add", "L0H1,L1.mlp,L3H5"),
        "subnetworks-compose");
    ask(page, "subnetwork.tokens", Map.of("length", "64"), "subnetworks-tokens");
    Path other = driver.work().resolve("masks/lambda-1.safetensors");
    ask(page, "subnetwork.compare", Map.of("with", other.toString()), "subnetworks-compare");
  }

  private void residual(StudyPage page) throws Exception {
    needMask();
    driver.act(() -> driver.window().shell().currentProperty().set(page));
    ask(page, "residual.lens", Map.of(), "residual-lens");
    QuestionViewModel lens = question(page, "residual.lens");
    driver.act(
        () -> {
          lens.variants().maskProperty().set(mask().toString());
          lens.variants().property(Kind.COMPLEMENT).set(true);
          lens.variants().property(Kind.RANDOM).set(true);
        });
    ask(page, "residual.lens", Map.of(), "residual-lens-beside");
    driver.tab("result", "tab-figures");
    picture("residual-lens-figures");
    ask(page, "residual.attribution", Map.of(), "residual-attribution");
    ask(page, "residual.norms", Map.of(), "residual-norms");
    QuestionViewModel trajectories = question(page, "residual.trajectories");
    driver.act(() -> trajectories.asked().input().kindProperty().set(InputFormViewModel.Kind.TEXT));
    ask(page, "residual.trajectories", Map.of(), "residual-trajectories");
    ask(page, "patch.grid", Map.of("count", "4"), "residual-patching");
  }

  private void circuits(StudyPage page) throws Exception {
    needMask();
    driver.act(() -> driver.window().shell().currentProperty().set(page));
    ask(page, "patch.pairs", Map.of(), "circuits-pairs");
    driver.act(() -> page.model().choose("circuit.find"));
    driver.fill("beside-mask", mask().toString());
    Map<String, String> small = Map.of("count", "8", "draws", "2", "knockouts", "4");
    ask(page, "circuit.find", small, "circuits-find");
  }

  private static QuestionViewModel question(StudyPage page, String id) throws Exception {
    Callable<QuestionViewModel> chosen = () -> ((QuestionPage) page.model().choose(id)).model();
    return WindowDriver.onWindow(chosen);
  }

  private void ask(StudyPage page, String id, Map<String, String> parameters, String name)
      throws Exception {
    driver.ask(page, id, parameters);
    picture(name);
  }

  private void picture(String name) throws Exception {
    driver.pictures(folder, name);
  }
}
