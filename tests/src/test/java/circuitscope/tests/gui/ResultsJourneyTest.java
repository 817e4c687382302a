package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.analysis.AnalysisPage;
import circuitscope.app.gui.results.Row;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.WorkspaceFile;
import circuitscope.tests.cli.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;

final class ResultsJourneyTest extends WindowTest {
  private static final String FIRST = "The cat sat on the mat. The cat sat on the mat.";
  private static final String SECOND = "When Mary and John went to the store, John gave a drink";

  private void ask(String text) {
    int before = workbench.project().workspace().results().size();
    interact(
        () -> {
          var shell = window.shell();
          var page = (AnalysisPage) shell.open("analysis:loss").orElseThrow();
          page.model().input().textProperty().set(text);
          page.model().run();
        });
    until(() -> workbench.project().workspace().results().size() == before + 1);
  }

  private TableView<Row> table() {
    return lookup("#results-table").query();
  }

  private JsonNode document(String pane) throws IOException {
    TabPane tabs = lookup("#" + pane).query();
    interact(() -> tabs.getSelectionModel().selectLast());
    until(() -> shown("document"));
    TextInputControl document = lookup("#document").query();
    return new JsonMapper().readTree(document.getText());
  }

  @Test
  void runsAreFoundComparedAnnotatedDeletedAndTakenBack() throws Exception {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && shown("open-analysis-loss"));
    ask(FIRST);
    ask(SECOND);
    interact(() -> window.shell().open("results"));
    until(() -> table().getItems().size() == 2);

    Row newest = table().getItems().getFirst();
    assertThat(newest.text()).isEqualTo(SECOND);
    interact(() -> table().getSelectionModel().select(newest));
    until(() -> shown("result-note"));
    JsonNode loss = Cli.run("loss", "--model", Cli.MODEL, "--text", SECOND, "--json").json();
    assertThat(document("result")).isEqualTo(loss);

    interact(() -> table().requestFocus());
    type(KeyCode.F2);
    write("longer text");
    type(KeyCode.ENTER);
    until(() -> table().getItems().getFirst().note().equals("longer text"));
    assertThat(workbench.project().undoableProperty().get()).startsWith("annotate");

    Item.Result stored = workbench.project().workspace().results().getLast();
    interact(() -> window.shell().openResult(stored));
    until(() -> window.shell().pages().size() == 5 && shown("result-facts"));
    assertThat(window.shell().currentProperty().get().state()).containsEntry("result", stored.id());
    interact(() -> window.shell().close(window.shell().currentProperty().get()));
    interact(() -> window.shell().currentProperty().set(window.shell().pages().getLast()));

    fire("results-compare");
    until(() -> shown("compared"));
    JsonNode comparison =
        Cli.run(
                "compare",
                table().getItems().get(1).folder().toString(),
                newest.folder().toString(),
                "--json")
            .json();
    assertThat(document("result")).isEqualTo(comparison);

    interact(() -> table().getSelectionModel().clearAndSelect(0));
    interact(() -> table().requestFocus());
    type(KeyCode.DELETE);
    until(() -> !lookup("Delete the files").queryAll().isEmpty());
    clickOn("Cancel");
    until(() -> table().getItems().size() == 1);
    interact(() -> workbench.project().undo());
    until(() -> table().getItems().size() == 2);
    assertThat(table().getItems().getFirst().note()).isEqualTo("longer text");
    assertThat(newest.folder().resolve("result.json")).exists();
  }

  @Test
  void aKilledWindowLosesNoEdit() throws Exception {
    Path file = folder.resolve("study" + WorkspaceFile.ENDING);
    WorkspaceFile.create(file, workbench.project().workspace().withTitle("killed")).close();
    kill(List.of(file.toString()), file.resolveSibling(file.getFileName() + ".unsaved"));

    interact(() -> window.shell().openWorkspace(file));
    recover();
    assertThat(workbench.project().changedProperty().get()).isTrue();
  }

  @Test
  void aKilledWindowThatWasNeverSavedIsOfferedAtTheNextStart() throws Exception {
    kill(List.of(), folder.resolve("data/unsaved"));

    interact(() -> window.shell().recoverUnsaved());
    recover();
    assertThat(workbench.project().pathProperty().get()).isNull();
  }

  private void recover() {
    until(() -> !lookup("Take them over").queryAll().isEmpty());
    clickOn("Take them over");
    until(() -> !workbench.project().workspace().texts().isEmpty());
    assertThat(workbench.project().workspace().texts())
        .extracting(Item.Text::text)
        .containsExactly(KilledWindow.EDIT);
  }

  /** Runs a window in another process until its edit is kept, and kills it as kill -9 does. */
  private void kill(List<String> workspace, Path appears) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    for (String name :
        List.of("glass.platform", "monocle.platform", "headless.geometry", "prism.order")) {
      if (System.getProperty(name) != null) {
        command.add("-D%s=%s".formatted(name, System.getProperty(name)));
      }
    }
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWindow.class.getName(),
            folder.toString()));
    command.addAll(workspace);
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (process.isAlive() && System.nanoTime() < deadline && !isThere(appears)) {
      Thread.sleep(20);
    }
    boolean alive = process.isAlive();
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(alive && isThere(appears)).as(Files.readString(said)).isTrue();
  }

  /** A file, or a folder with a workspace in it. */
  private static boolean isThere(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path);
    }
    try (Stream<Path> inside = Files.list(path)) {
      return inside.anyMatch(one -> one.toString().endsWith(WorkspaceFile.ENDING));
    }
  }
}
