package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code models} and {@code tokens}: what is on this machine, and how a text becomes tokens. */
final class ModelsAndTokensTest {
  @TempDir Path folder;

  @Test
  void theEmbeddedModelIsListedWithItsFolder() throws IOException {
    JsonNode models = Cli.run("models", "list", "--json").json();

    assertThat(models.findValuesAsText("model")).contains(Cli.MODEL);
    for (JsonNode model : models) {
      assertThat(model.path("bytes").asLong()).isPositive();
      assertThat(Path.of(model.path("location").asText())).isDirectory();
    }
  }

  @Test
  void aModelIsDescribedWithoutBeingLoaded() throws IOException {
    JsonNode shown = Cli.run("models", "show", Cli.MODEL, "--json").json();

    assertThat(shown.path("layers").asInt()).isEqualTo(4);
    assertThat(shown.path("heads").asInt()).isEqualTo(8);
    assertThat(shown.path("vocab").asInt()).isEqualTo(4096);
    long parameters = shown.path("parameters").asLong();
    assertThat(shown.path("weight_bytes").path("cpu fp32").asLong()).isEqualTo(4 * parameters);
  }

  @Test
  void verifyPrintsTheDigestThatResultsCarry() throws IOException {
    Path out = folder.resolve("result");
    Cli loss =
        Cli.run("loss", "--model", Cli.MODEL, "--text", "The cat sat.", "--out", out.toString());
    assertThat(loss.exitCode()).as(loss.err()).isZero();
    JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());

    JsonNode verified = Cli.run("models", "verify", Cli.MODEL, "--json").json();

    assertThat(verified.path("intact").asBoolean()).isTrue();
    assertThat(verified.path("digest").asText())
        .hasSize(64)
        .isEqualTo(manifest.path("model").path("digest").asText());
  }

  @Test
  void onlyModelsOfTheHubAreFetched() {
    Cli fetched = Cli.run("models", "fetch", Cli.MODEL);
    assertThat(fetched.exitCode()).isEqualTo(2);
    assertThat(fetched.err()).contains("is on this machine already");
  }

  @Test
  void theBytesOfTheTokensAreTheText() throws IOException {
    String text = "Zoë said: “no”.\nThe cat";
    JsonNode shown =
        Cli.run("tokens", "--model", Cli.MODEL, "--text", text, "--bos", "no", "--json").json();

    StringBuilder bytes = new StringBuilder();
    for (JsonNode token : shown.path("tokens")) {
      bytes.append(token.path("bytes").asText());
    }
    assertThat(new String(HexFormat.of().parseHex(bytes), StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(shown.path("input").path("policy").asText()).isNotBlank();
  }

  @Test
  void tokensShowsTheFirstOnesOnly() throws IOException {
    String text = "one two three four five six seven eight";
    JsonNode shown =
        Cli.run("tokens", "--model", Cli.MODEL, "--text", text, "--max-tokens", "3", "--json")
            .json();

    assertThat(shown.path("tokens")).hasSize(3);
    assertThat(shown.path("input").path("left_out").asInt()).isPositive();
  }

  @Test
  void tokensNeedsAnInputAndATokenizer() {
    Cli nothing = Cli.run("tokens", "--model", Cli.MODEL);
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).contains("--text, --file or --ids");

    Cli nobody = Cli.run("tokens", "--text", "The cat");
    assertThat(nobody.exitCode()).isEqualTo(2);
    assertThat(nobody.err()).contains("--model MODEL or --tokenizer DIR");
  }
}
