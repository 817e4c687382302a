package circuitscope.app.session.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.app.session.ModelChoice;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkspaceFileTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  private Path sample() throws IOException {
    Path path = folder.resolve("v1" + WorkspaceFile.ENDING);
    try (InputStream in =
        Objects.requireNonNull(
            WorkspaceFileTest.class.getResourceAsStream("/workspaces/v1.circuitscope.json"))) {
      Files.copy(in, path);
    }
    return path;
  }

  @Test
  void theCommittedSampleOfVersionOneOpens() throws IOException {
    try (WorkspaceFile file = WorkspaceFile.open(sample())) {
      Workspace workspace = file.saved();
      Places places = file.places();
      assertThat(workspace.title()).isEqualTo("Induction in the small model");
      assertThat(workspace.find(Item.Model.class, "base").orElseThrow().choice(places))
          .isEqualTo(new ModelChoice("embedded:gpt2-4l", null, "cpu", "fp32"));
      assertThat(workspace.find(Item.Text.class, "prompt").orElseThrow().input(places))
          .isEqualTo(new TokenInput.Prompt("The cat sat on the mat.", BosPolicy.AUTO));
      assertThat(workspace.find(Item.Text.class, "books").orElseThrow().input(places))
          .isEqualTo(
              new TokenInput.TextFiles(
                  List.of(folder.resolve("texts/austen.txt"), Path.of("/data/dickens.txt"))));
      assertThat(workspace.pairs().getFirst().parameters(places))
          .isEqualTo(Map.of("template", "induction", "count", 32, "seed", 1L));
      assertThat(workspace.views().getFirst().parameters())
          .isEqualTo(Map.of("period", 25, "kinds", List.of("previous", "induction")));
      assertThat(workspace.results().getFirst().state(places)).isEqualTo(Item.Result.State.MISSING);
    }
  }

  @Test
  void fieldsThatThisVersionDoesNotKnowAreWrittenBack() throws IOException {
    Path path = sample();
    ObjectNode before = (ObjectNode) JSON.readTree(path.toFile());
    try (WorkspaceFile file = WorkspaceFile.open(path)) {
      file.save(file.saved().withTitle("Another"));
    }
    ObjectNode after = (ObjectNode) JSON.readTree(path.toFile());
    assertThat(after.at("/models/0/colour").asText()).isEqualTo("teal");
    assertThat(after.get("notes")).isEqualTo(before.get("notes"));
    assertThat(after.get("title").asText()).isEqualTo("Another");
    assertThat(after.get("revision").asLong()).isEqualTo(8);
    before.put("title", "Another").put("revision", 8);
    // Lists that were absent are written as empty ones; nothing else differs.
    before.withArray("/models").forEach(model -> {});
    for (String kind : List.of("texts", "views")) {
      for (var item : (ArrayNode) before.get(kind)) {
        ObjectNode node = (ObjectNode) item;
        if (kind.equals("texts") && !node.has("files")) {
          node.putArray("files");
        }
      }
    }
    assertThat(after).isEqualTo(before);
  }

  @Test
  void opensInTheNextVersionWhoseFormatDiffers() throws IOException {
    Path path = sample();
    // The next version calls the models subjects' references "source" and gives every text a kind.
    UnaryOperator<ObjectNode> toTwo =
        document -> {
          for (var model : (ArrayNode) document.get("models")) {
            ObjectNode node = (ObjectNode) model;
            node.set(
                "model", JSON.createObjectNode().textNode("was " + node.remove("model").asText()));
          }
          return document;
        };
    UnaryOperator<ObjectNode> toThree = document -> document.put("title", "migrated twice");
    WorkspaceFormat next = new WorkspaceFormat(List.of(toTwo, toThree));
    try (WorkspaceFile file = WorkspaceFile.open(path, next, FileSteps.real())) {
      assertThat(file.saved().title()).isEqualTo("migrated twice");
      assertThat(file.saved().models().getFirst().model()).isEqualTo("was embedded:gpt2-4l");
      file.save(file.saved());
    }
    assertThat(JSON.readTree(path.toFile()).get(WorkspaceFormat.VERSION).asInt()).isEqualTo(3);

    assertThatThrownBy(() -> WorkspaceFile.read(path))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("workspace format 3")
        .hasMessageContaining("reads formats up to 1")
        .hasMessageContaining(".previous"); // the file as it was before the next version saved it
    Path previous = path.resolveSibling(path.getFileName() + ".previous");
    assertThat(WorkspaceFile.read(previous).title()).isEqualTo("Induction in the small model");
  }

  @Test
  void whatIsNoWorkspaceIsRefusedWithItsReason() throws IOException {
    Path path = folder.resolve("odd" + WorkspaceFile.ENDING);
    for (String[] odd :
        new String[][] {
          {"{\"title\": \"x\"}", "circuitscope_workspace is absent"},
          {"[1]", "expected one JSON object"},
          {"{\"circuitscope_workspace\": 1, ", "is not JSON"},
          {
            "{\"circuitscope_workspace\": 1, \"masks\": [{\"id\": \"a\"}, {\"id\": \"a\"}]}",
            "there are two of mask 'a'"
          },
        }) {
      Files.writeString(path, odd[0]);
      assertThatThrownBy(() -> WorkspaceFile.open(path))
          .isInstanceOf(WorkspaceException.class)
          .hasMessageContaining(odd[1]);
    }
  }

  @Test
  void aSecondWindowIsToldWhoHasTheFile() throws IOException {
    Path path = folder.resolve("one" + WorkspaceFile.ENDING);
    try (WorkspaceFile file = WorkspaceFile.create(path, Workspace.empty("one"))) {
      assertThatThrownBy(() -> WorkspaceFile.open(path))
          .isInstanceOf(WorkspaceException.class)
          .hasMessageContaining("is open already (process " + ProcessHandle.current().pid());
      assertThat(WorkspaceFile.read(path)).isEqualTo(file.saved());
    }
    WorkspaceFile.open(path).close();
  }

  @Test
  void pathsBelowTheFileMoveWithItAndOthersStay() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("study/texts")).resolve("a.txt");
    Path outside = folder.resolve("b.txt");
    Places here = new Places(folder.resolve("study"));
    Item.Text text = Item.Text.of("t", new TokenInput.TextFiles(List.of(inside, outside)), here);
    assertThat(text.files()).containsExactly("texts/a.txt", outside.toString());

    Places there = new Places(folder.resolve("copies"));
    Workspace moved = Workspace.empty("w").with(text).moved(here, there);
    assertThat(moved.texts().getFirst().input(there)).isEqualTo(text.input(here));

    Path model = Files.createDirectories(folder.resolve("study/gpt2"));
    Item.Model item =
        Item.Model.of("m", new ModelChoice(model.toString(), null, "cpu", "fp32"), here);
    assertThat(item.model()).isEqualTo("./gpt2");
    assertThat(item.choice(here).model()).isEqualTo(model.toString());
  }

  @Test
  void aResultKnowsWhetherItIsStillTheOneThatWasAdded() throws IOException {
    Path result = Files.createDirectories(folder.resolve("out"));
    Files.writeString(result.resolve("manifest.json"), "{\"analysis\": \"loss\"}");
    Files.writeString(result.resolve("result.json"), "{\"loss_nats\": 1}");
    Places places = new Places(folder);
    Item.Result item = Item.Result.of("r", result, places);
    assertThat(item.analysis()).isEqualTo("loss");
    assertThat(item.folder()).isEqualTo("out");
    Files.writeString(result.resolve("manifest.json"), "{\"analysis\": \"loss\", \"at\": 2}");
    assertThat(item.state(places)).isEqualTo(Item.Result.State.AS_ADDED);
    Files.writeString(result.resolve("result.json"), "{\"loss_nats\": 2}");
    assertThat(item.state(places)).isEqualTo(Item.Result.State.CHANGED);
  }
}
