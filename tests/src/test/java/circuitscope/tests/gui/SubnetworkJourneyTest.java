package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import circuitscope.tests.cli.Cli;
import circuitscope.viz.fx.FigureView;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.ListView;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextInputControl;
import org.junit.jupiter.api.Test;

final class SubnetworkJourneyTest extends WindowTest {
  private static final String MASK = "lambda-10.safetensors";
  private static final String STATE = "lambda-10.training.safetensors";
  private static final String STEPS = "160";

  @Test
  void aMaskIsTrainedPausedResumedStoppedSavedAndReopened() throws Exception {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cat sat on the mat. a dog ran to the door. ".repeat(200));
    Path bigrams = folder.resolve("bigrams.safetensors");
    Path masks = folder.resolve("masks");
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && shown("open-subnetworks"));
    fire("open-subnetworks");
    until(() -> shown("add-files"));
    dialogs.answer(text);
    fire("add-files");
    fill("length", "16");
    fill("out", bigrams.toString());
    fire("run");
    until(() -> shown("table-counted"));

    choose("subnetwork.train");
    fill("lambda", "10");
    fill("max-steps", STEPS);
    fill("batch", "2");
    fill("length", "16");
    fill("out", masks.toString());
    fire("train-start");
    until(() -> figure("live-0") && Files.exists(masks.resolve("lambda-10.curve.jsonl")));
    fire("train-pause");
    until(() -> !lookup("#train-resume").queryButton().isDisabled());
    assertThat(masks.resolve(STATE)).exists();
    assertThat(masks.resolve(MASK)).doesNotExist();

    fire("train-resume");
    until(() -> !lookup("#train-stop").queryButton().isDisabled());
    fire("train-stop");
    until(() -> !lookup("#train-resume").queryButton().isDisabled());
    assertThat(masks.resolve(STATE)).exists();
    fire("train-resume");
    until(() -> Files.exists(masks.resolve(MASK)) && !Files.exists(masks.resolve(STATE)));
    Path own = folder.resolve("own");
    train(text, bigrams, own);
    assertThat(masks.resolve(MASK)).hasSameBinaryContentAs(own.resolve(MASK));

    reopen(masks.resolve(MASK));
    save(masks.resolve(MASK));
  }

  @Test
  void aStepThatFailsIsToldAndTheMaskStaysOnTheBench() {
    Cli.run(
        "subnetwork",
        "train",
        "--model",
        Cli.MODEL,
        "--method",
        "random",
        "--keep",
        "0.3",
        "--out",
        folder.toString());
    fire("open-subnetworks");
    until(() -> shown("questions"));
    choose("algebra");
    fill("mask", folder.resolve("random-0.3.safetensors").toString());
    fire("run");
    until(() -> shown("algebra-summary"));
    fill("with", folder.resolve("gone.safetensors").toString());
    fire("algebra-union");
    until(() -> shown("problem-title"));
    assertThat(shown("algebra-summary")).isTrue();
    fire("algebra-complement");
    until(() -> !lookup("#algebra-undo").queryButton().isDisabled());
    assertThat(shown("algebra-summary")).isTrue();
    assertThat(shown("problem-title")).isFalse();
  }

  private static void train(Path text, Path bigrams, Path out) {
    Cli.run(
        "subnetwork",
        "train",
        "--model",
        Cli.MODEL,
        "--file",
        text.toString(),
        "--bigrams",
        bigrams.toString(),
        "--lambda",
        "10",
        "--max-steps",
        STEPS,
        "--batch",
        "2",
        "--length",
        "16",
        "--out",
        out.toString());
  }

  private void reopen(Path mask) throws Exception {
    choose("subnetwork.show");
    fill("mask", mask.toString());
    fire("run");
    until(() -> shown("result"));
    TabPane tabs = lookup("#result").query();
    interact(
        () ->
            tabs.getTabs().stream()
                .filter(tab -> "tab-document".equals(tab.getId()))
                .forEach(tabs.getSelectionModel()::select));
    until(() -> shown("document"));
    TextInputControl document = lookup("#document").query();
    assertThat(new JsonMapper().readTree(document.getText())).isEqualTo(show(mask));
  }

  private static JsonNode show(Path mask) throws Exception {
    return Cli.run("subnetwork", "show", mask.toString(), "--model", Cli.MODEL, "--json").json();
  }

  private void save(Path mask) throws Exception {
    choose("algebra");
    fire("run");
    until(() -> !lookup("#algebra-complement").queryButton().isDisabled());
    fire("algebra-complement");
    until(() -> !lookup("#algebra-undo").queryButton().isDisabled());
    Path saved = folder.resolve("rest.safetensors");
    dialogs.answer(saved);
    fire("algebra-save");
    until(() -> Files.exists(saved));
    JsonNode whole = show(mask);
    assertThat(show(saved).path("active").asLong())
        .isEqualTo(whole.path("total").asLong() - whole.path("active").asLong());
  }

  private void choose(String id) {
    ListView<Entry> questions = lookup("#questions").query();
    interact(
        () ->
            questions.getItems().stream()
                .filter(entry -> entry.id().equals(id))
                .forEach(questions.getSelectionModel()::select));
    assertThat(
            ((StudyPage) window.shell().currentProperty().get())
                .model()
                .chosenProperty()
                .get()
                .entry()
                .id())
        .isEqualTo(id);
  }

  private void fill(String id, String value) {
    TextInputControl field = lookup("#" + id).query();
    interact(() -> field.setText(value));
  }

  private boolean figure(String id) {
    return lookup("#" + id)
        .tryQueryAs(FigureView.class)
        .filter(view -> view.figureProperty().get() != null)
        .isPresent();
  }
}
