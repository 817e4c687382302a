package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.Numbers;
import circuitscope.app.gui.page.TableNode;
import circuitscope.tests.cli.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.control.Labeled;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableCell;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;

final class FirstJourneyTest extends WindowTest {
  @Test
  void theNumbersOnScreenAreThoseOfTheCommandLine() throws Exception {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && shown("open-analysis-heads-detect"));

    fire("open-analysis-heads-detect");
    until(() -> shown("samples"));
    TextInputControl samples = lookup("#samples").query();
    interact(() -> samples.setText("2"));
    fire("run");
    until(() -> shown("result"));

    JsonNode expected =
        Cli.run("heads", "detect", "--model", Cli.MODEL, "--samples", "2", "--json").json();
    TextInputControl document = openTab("document", "document", TextInputControl.class);
    assertThat(new JsonMapper().readTree(document.getText())).isEqualTo(expected);

    TableNode table = openTab("tables", "table-heads", TableNode.class);
    double first = expected.path("heads").path(0).path("scores").path("induction").asDouble();
    assertThat(cellTexts(table)).contains(Numbers.text(first));
  }

  private List<String> cellTexts(TableNode table) {
    return from(table).lookup(".table-cell").queryAllAs(TableCell.class).stream()
        .map(cell -> String.valueOf(cell.getText()))
        .toList();
  }

  private <N extends javafx.scene.Node> N openTab(String tab, String id, Class<N> type) {
    TabPane tabs = lookup("#result").query();
    interact(
        () ->
            tabs.getTabs().stream()
                .filter(one -> ("tab-" + tab).equals(one.getId()))
                .forEach(tabs.getSelectionModel()::select));
    until(() -> shown(id));
    return lookup("#" + id).queryAs(type);
  }

  @Test
  void theKeyboardAloneFindsAPage() {
    press(KeyCode.CONTROL, KeyCode.K).release(KeyCode.K, KeyCode.CONTROL);
    until(() -> shown("palette"));
    until(() -> workbench.pageTypes().size() > 20);
    write("logit lens");
    type(KeyCode.ENTER);

    until(() -> window.shell().pages().size() == 2);
    assertThat(window.shell().currentProperty().get().title().getValue()).isEqualTo("Logit lens");
    assertThat(lookup("#run").queryButton().isDisabled()).isTrue();
  }

  @Test
  void everyErrorOfLoadingIsTold() throws Exception {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    Files.write(broken.resolve("model.safetensors"), new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
    Path unknown = Files.createDirectory(folder.resolve("unknown"));
    Files.writeString(unknown.resolve("config.json"), "{\"model_type\": \"abacus\"}");
    Files.createFile(unknown.resolve("model.safetensors"));

    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path shards = Files.createDirectory(folder.resolve("shards"));
    for (String file : List.of("config.json", "model.safetensors.index.json")) {
      Files.copy(Path.of("golden", "gpt-neox", file), shards.resolve(file));
    }
    Path less = Files.createDirectory(folder.resolve("less"));
    Files.copy(Path.of("golden", "llama", "config.json"), less.resolve("config.json"));
    Files.copy(Path.of("golden", "qwen3", "model.safetensors"), less.resolve("model.safetensors"));
    Path gguf = folder.resolve("broken.gguf");
    Files.write(gguf, new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0, 1});

    List<Object> models =
        List.of(
            folder.resolve("nowhere"),
            broken,
            unknown,
            empty,
            shards,
            less,
            gguf,
            "embedded:nothing",
            "nobody/not-in-the-cache");
    for (Object model : models) {
      interact(() -> window.shell().openModel(model.toString()));
      until(() -> shown("problem-title"));

      assertThat(text("problem-title")).isEqualTo(model + " could not be opened");
      assertThat(text("problem-happened")).contains(model.toString()).doesNotContain("Exception");
      fire("copy-details");
      interact(
          () ->
              assertThat(javafx.scene.input.Clipboard.getSystemClipboard().getString())
                  .contains(model + " could not be opened", "Versions[", "\tat circuitscope."));
      fire("problem-dismiss");
      until(() -> !shown("problem-title"));
    }
    assertThat(workbench.models().open()).isEmpty();
  }

  private String text(String id) {
    Labeled label = lookup("#" + id).query();
    return label.getText();
  }
}
