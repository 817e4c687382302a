package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare}: of stored results, and of two runs made for it. */
final class CompareCommandTest {
  private static final Path GOLDEN = Path.of("golden");

  @TempDir Path folder;

  private static JsonNode difference(JsonNode comparison, String quantity, List<String> keys) {
    for (JsonNode one : comparison.path("differences")) {
      List<String> found = one.path("keys").valueStream().map(JsonNode::asText).toList();
      if (one.path("quantity").asText().equals(quantity) && found.equals(keys)) {
        return one;
      }
    }
    throw new AssertionError(quantity + keys + " in " + comparison);
  }

  @Test
  void twoModelsAreRunAndTheirStoredResultsCompareAlike() throws IOException {
    Path out = folder.resolve("out");
    JsonNode run =
        Cli.run(
                "compare",
                "heads",
                "detect",
                "--model",
                GOLDEN.resolve("gpt2").toString(),
                "--model-b",
                GOLDEN.resolve("gpt2-hub").toString(),
                "--period",
                "8",
                "--samples",
                "4",
                "--shuffles",
                "20",
                "--copying",
                "false",
                "--successor",
                "false",
                "--device",
                "cpu",
                "--json",
                "--out",
                out.toString())
            .json();
    JsonNode stored =
        Cli.run("compare", out.resolve("a").toString(), out.resolve("b").toString(), "--json")
            .json();
    assertThat(stored.path("differences")).isEqualTo(run.path("differences"));
    JsonNode a = new JsonMapper().readTree(out.resolve("a/result.json").toFile());
    JsonNode b = new JsonMapper().readTree(out.resolve("b/result.json").toFile());
    for (JsonNode headB : b.path("heads")) {
      String head = headB.path("head").asText();
      JsonNode headA =
          a.path("heads")
              .valueStream()
              .filter(other -> other.path("head").asText().equals(head))
              .findFirst()
              .orElseThrow();
      JsonNode one = difference(run, "heads.scores.induction", List.of(head));
      assertThat(one.path("difference").asDouble())
          .isCloseTo(
              headB.at("/scores/induction").asDouble() - headA.at("/scores/induction").asDouble(),
              within(1e-12));
      assertThat(one.path("method").asText()).isEqualTo("two intervals, as independent");
      assertThat(one.path("low").asDouble()).isLessThan(one.path("difference").asDouble());
    }
    assertThat(run.path("only_a").toString()).contains("heads[L2H0]"); // B has two layers
    for (String file :
        List.of(
            "manifest.json",
            "result.json",
            "tables/differences.csv",
            "figures/differences.pdf",
            "figures/heads-scores-induction-difference.svg",
            "figures/heads-scores-induction-scatter.png")) {
      assertThat(out.resolve(file)).isNotEmptyFile();
    }
  }

  @Test
  void aPromptAgainstAnotherIsComparedTokenByToken() throws IOException {
    String[] compare = {
      "compare",
      "loss",
      "--model",
      Cli.MODEL,
      "--device",
      "cpu",
      "--text",
      "The cat sat on the mat.",
      "--text-b",
      "The dog sat on the mat.",
      "--json"
    };
    JsonNode comparison = Cli.run(compare).json();
    double a = loss("The cat sat on the mat.");
    double b = loss("The dog sat on the mat.");
    JsonNode loss = difference(comparison, "loss_nats", List.of());
    assertThat(loss.path("difference").asDouble()).isCloseTo(b - a, within(1e-6));
    assertThat(loss.has("low")).isFalse();
    assertThat(comparison.path("same_tokens").asBoolean()).isFalse();
    assertThat(comparison.at("/compared_tensors/0/name").asText()).isEqualTo("token_loss_nats");
  }

  private static double loss(String text) throws IOException {
    return Cli.run("loss", "--model", Cli.MODEL, "--device", "cpu", "--text", text, "--json")
        .json()
        .path("loss_nats")
        .asDouble();
  }

  @Test
  void aModelIsComparedWithItselfMaskedOverTheSameTokens() throws IOException {
    Path tiny = GOLDEN.resolve("mask-training");
    Path mask = folder.resolve("mask");
    Cli trained =
        Cli.run(
            "subnetwork",
            "train",
            "--model",
            tiny.toString(),
            "--ids",
            tiny.resolve("tokens.safetensors") + ":input_ids",
            "--bigrams",
            tiny.resolve("bigrams.safetensors").toString(),
            "--lambda",
            "0.5",
            "--max-steps",
            "3",
            "--batch",
            "4",
            "--length",
            "16",
            "--attempts",
            "1",
            "--device",
            "cpu",
            "--out",
            mask.toString());
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    JsonNode comparison =
        Cli.run(
                "compare",
                "loss",
                "--model",
                tiny.toString(),
                "--device",
                "cpu",
                "--ids",
                tiny.resolve("tokens.safetensors") + ":input_ids",
                "--mask-b",
                mask.resolve("lambda-0.5.safetensors").toString(),
                "--json")
            .json();
    JsonNode loss = difference(comparison, "loss_nats", List.of());
    assertThat(comparison.path("same_tokens").asBoolean()).isTrue();
    assertThat(comparison.at("/b/model").asText()).contains("lambda-0.5.safetensors");
    assertThat(loss.path("method").asText()).isEqualTo("paired bootstrap");
    assertThat(loss.path("difference").asDouble()).isNotZero();
    assertThat(loss.path("low").asDouble()).isLessThan(loss.path("high").asDouble());
  }

  @Test
  void whatCannotBeComparedIsRefusedWithAReason() throws IOException {
    Cli same = Cli.run("compare", "loss", "--model", Cli.MODEL, "--text", "The cat");
    assertThat(same.exitCode()).isEqualTo(2);
    assertThat(same.err()).contains("nothing differs between A and B").contains("--model-b");
    Cli one = Cli.run("compare", folder.toString());
    assertThat(one.exitCode()).isEqualTo(2);
    assertThat(one.err()).contains("two folders of results");
    Cli none =
        Cli.run(
            "compare", folder.toString(), Files.createDirectory(folder.resolve("b")).toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("there is no result in it");
    Cli unknown = Cli.run("compare", "loss", "--model", Cli.MODEL, "--contxt-b", "4");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("--contxt-b");
  }
}
