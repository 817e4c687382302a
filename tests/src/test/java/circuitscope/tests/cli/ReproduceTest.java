package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code reproduce}, with expected tables that {@code golden/reproduce.py} made by PyTorch. */
final class ReproduceTest {
  private static final Path TABLES = Path.of("golden", "reproduce");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"heads", "sinks", "dla"})
  void theEmbeddedModelsTablesHold(String table) throws IOException {
    Path out = folder.resolve("out");
    JsonNode found =
        Cli.run(
                "reproduce",
                table,
                "--expected",
                TABLES.resolve(table + ".json").toString(),
                "--set",
                "ids=" + TABLES.resolve("ids.safetensors"),
                "--device",
                "cpu",
                "--json",
                "--out",
                out.toString())
            .json();
    assertThat(found.path("lines").size()).isGreaterThan(3);
    assertThat(found.path("lines")).allMatch(line -> line.path("verdict").asText().equals("HOLDS"));
    assertThat(out.resolve("tables/" + table + ".csv")).isNotEmptyFile();
    assertThat(out.resolve("figures/" + table + ".pdf")).isNotEmptyFile();
  }

  @Test
  void bigramCorrelationsOfTheTinyModelHold() {
    Path golden = Path.of("golden", "mask-training");
    Cli found =
        Cli.run(
            "reproduce",
            "bigram",
            "--expected",
            TABLES.resolve("bigram.json").toString(),
            "--set",
            "golden=" + golden,
            "--model",
            golden.toString(),
            "--device",
            "cpu");
    assertThat(found.exitCode()).as(found.err()).isZero();
    assertThat(found.out()).contains("2 of 2 hold");
  }

  @Test
  void aNumberThatDoesNotHoldFailsTheCommand() throws IOException {
    Path table = folder.resolve("dla.json");
    String right = Files.readString(TABLES.resolve("dla.json"));
    Files.writeString(table, right.replace("\"tolerance\": 0.0001", "\"tolerance\": 1e-12"));
    Cli found =
        Cli.run(
            "reproduce",
            "dla",
            "--expected",
            table.toString(),
            "--set",
            "ids=" + TABLES.resolve("ids.safetensors"),
            "--device",
            "cpu");
    assertThat(found.exitCode()).isEqualTo(1);
    assertThat(found.out()).contains("fails");
  }

  @Test
  void whatIsMissingIsNamedAtOnceWithTheWayToGetIt() {
    Cli sinks = Cli.run("reproduce", "sinks", "--model", "circuitscope-tests/no-such-model");
    assertThat(sinks.exitCode()).isEqualTo(2);
    assertThat(sinks.err())
        .contains("gpt2-xl: ")
        .contains("llama3-8b: ")
        .contains("circuitscope models fetch circuitscope-tests/no-such-model");
    Cli bigrams = Cli.run("reproduce", "bigram-table", "--model", Cli.MODEL, "--only", "gpt2-s*");
    assertThat(bigrams.exitCode()).isEqualTo(2);
    assertThat(bigrams.err())
        .contains("give --set bigrams=PATH")
        .contains("give --set held-out=PATH")
        .contains("subnetwork_dict_lambda1e1.pickle of tylerachang/bigram-subnetworks-gpt2-small")
        .contains("--set training-text=PATH --out DIR");
    assertThat(Cli.run("reproduce", "heads").err()).contains("heads-gpt2");
  }

  @Test
  void aMaskThatIsNotAtHandIsTrainedAndUsedAgain() throws IOException {
    Path counts = folder.resolve("counts.safetensors");
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "The cat sat on the mat and the dog sat on the log. ".repeat(60));
    Cli counted =
        Cli.run(
            "bigrams",
            "count",
            "--model",
            Cli.MODEL,
            "--file",
            text.toString(),
            "--length",
            "32",
            "--out",
            counts.toString());
    assertThat(counted.exitCode()).as(counted.err()).isZero();
    Path table = folder.resolve("table.json");
    Files.writeString(
        table,
        """
        {"table": "trained", "source": "none", "caution": "", "runs": [
          {"name": "sub", "model": "embedded:gpt2-4l", "analysis": "subnetwork.eval",
           "files": ["${held-out}"], "parameters": {"bigrams": "${bigrams}", "length": 32},
           "mask": {"repository": "nobody/nothing", "file": "m.pickle", "lambda": 2,
             "training": {"max-steps": 2, "batch": 2, "length": 32, "attempts": 1}},
           "rows": [
             {"claim": "published", "at": "share", "is": "at-most", "expected": 0, "of": "published"},
             {"claim": "trained", "at": "share", "is": "at-most", "expected": 1, "of": "trained"}]}]}\
        """);
    String[] reproduce = {
      "reproduce",
      "trained",
      "--expected",
      table.toString(),
      "--set",
      "bigrams=" + counts,
      "--set",
      "held-out=" + text,
      "--set",
      "training-text=" + text,
      "--device",
      "cpu",
      "--out",
      folder.resolve("out").toString(),
      "--json"
    };
    JsonNode first = Cli.run(reproduce).json();
    List<String> claims =
        first.path("lines").valueStream().map(line -> line.path("claim").asText()).toList();
    assertThat(claims).containsExactly("trained");
    Path mask = folder.resolve("out/masks/sub/lambda-2.safetensors");
    assertThat(mask).exists();
    var made = Files.getLastModifiedTime(mask);
    assertThat(Cli.run(reproduce).json().path("lines")).isEqualTo(first.path("lines"));
    assertThat(Files.getLastModifiedTime(mask)).isEqualTo(made);
  }
}
