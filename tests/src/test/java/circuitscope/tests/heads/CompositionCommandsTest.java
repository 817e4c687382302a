package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.tests.heads.HandMadeModels.HandMade;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands' documents and files, on the hand-made induction model. */
final class CompositionCommandsTest {
  @TempDir Path temporary;
  private HandMade made;

  @BeforeEach
  void make() {
    made = HandMadeModels.induction(temporary.resolve("model"));
  }

  @Test
  void composeNamesTheCircuitAndDrawsIt() throws IOException {
    JsonNode result = run("compose");

    JsonNode circuit = result.at("/previous_to_induction/0");
    assertThat(circuit.at("/edge/earlier").asText()).isEqualTo("L0H1");
    assertThat(circuit.at("/edge/later").asText()).isEqualTo("L1H2");
    assertThat(circuit.at("/edge/mode").asText()).isEqualTo("k");
    assertThat(circuit.at("/rank").asInt()).isEqualTo(1);
    assertThat(result.at("/strongest/k/0/earlier").asText()).isEqualTo("L0H1");
    assertFigures("composition-q", "composition-k", "composition-v", "composition-induction");
    List<String> rows = Files.readAllLines(temporary.resolve("out/tables/composition.csv"));
    // Two heads of layer 0 write and one of layer 1 reads: pairs of nothing have no score.
    assertThat(rows).hasSize(1 + 3 * 2);
  }

  @Test
  void copyingTellsTheHeadThatCopies() throws IOException {
    JsonNode result = run("copying", "--draws", "4");

    for (JsonNode head : result.path("heads")) {
      boolean copies = head.path("head").asText().equals("L1H2");
      assertThat(head.at("/copying/score").asDouble() > 0.99).isEqualTo(copies);
      assertThat(head.has("matching")).isEqualTo(head.path("head").asText().startsWith("L1"));
    }
    assertFigures("copying-heads", "copying-extremes", "copying-plane");
  }

  @Test
  void circuitListsWhatTheHeadRaises() throws IOException {
    JsonNode result = run("circuit", "--head", "L1H2", "--top", "3");

    assertThat(result.path("ov")).hasSize(3);
    for (JsonNode pair : result.path("ov")) {
      assertThat(pair.path("to")).isEqualTo(pair.path("from"));
    }
    // The end-of-text token alone, which the head does not know, raises nothing.
    assertThat(result.path("own_raised_most").asDouble()).isEqualTo(59 / 60.0);
    assertFigures("circuit-l1h2-eigenvalues", "circuit-l1h2-singular", "circuit-l1h2-ov");
  }

  private JsonNode run(String analysis, String... options) throws IOException {
    String[] command = {
      "heads", analysis, "--model", made.folder().toString(), "--json", "--out", out().toString()
    };
    String[] whole = java.util.Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, whole, command.length, options.length);
    return CommandOutput.json(whole);
  }

  private Path out() {
    return temporary.resolve("out");
  }

  private void assertFigures(String... names) {
    for (String name : names) {
      assertThat(out().resolve("figures").resolve(name + ".png")).isNotEmptyFile();
    }
  }
}
