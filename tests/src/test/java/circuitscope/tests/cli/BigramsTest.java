package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bigrams} on a text so small that its counts can be read off. */
final class BigramsTest {
  /** Doubles through JSON. */
  private static final double TOLERANCE = 1e-9;

  @TempDir Path folder;
  private Path text;
  private Path counts;

  @BeforeEach
  void aText() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), "the cat and the dog and the cat\n");
    counts = folder.resolve("counts.safetensors");
  }

  private Cli count(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("bigrams", "count", "--model", Cli.MODEL, "--out", counts.toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private Cli countText(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--file", text.toString(), "--length", "8"));
    arguments.addAll(List.of(more));
    return count(arguments.toArray(String[]::new));
  }

  @Test
  void countingSaysWhatItCounted() throws IOException {
    JsonNode counted = countText("--json").json();
    assertThat(counted.at("/counted/tokens").asInt()).isEqualTo(8);
    assertThat(counted.at("/counted/windows").asInt()).isOne();
    assertThat(counted.at("/counted/vocabulary").asInt()).isEqualTo(4096);
    assertThat(counted.at("/counted/left_out").asInt())
        .isEqualTo(tokens("the cat and the dog and the cat") + 1 - 8);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("text.txt", "counts.safetensors");
  }

  private static int tokens(String text) throws IOException {
    return Cli.run("tokens", "--model", Cli.MODEL, "--text", text, "--bos", "no", "--json")
        .json()
        .path("tokens")
        .size();
  }

  @Test
  void successorsOfATokenAreShownWithTheirProbabilities() throws IOException {
    assertThat(countText().exitCode()).isZero();
    JsonNode shown =
        Cli.run("bigrams", "show", counts.toString(), "--token", " and", "--json").json();
    assertThat(shown.path("seen").asBoolean()).isTrue();
    assertThat(shown.path("entropy_bits").asDouble()).isZero();
    assertThat(shown.at("/successors/0/probability").asDouble()).isEqualTo(1);
    String people = Cli.run("bigrams", "show", counts.toString(), "--token", " and").out();
    assertThat(people).contains("entropy 0.0000 bits").contains("vocabulary 4,096");
    assertThat(Cli.run("bigrams", "show", counts.toString(), "--token", "4096").out())
        .contains("<start of a window>");
  }

  @Test
  void surprisalCountsTheInfiniteAndTheBackedOff() throws IOException {
    assertThat(countText().exitCode()).isZero();
    JsonNode seen = surprisal(" and the", "--add-k", "0");
    assertThat(seen.at("/tokens/0").has("surprisal_bits")).isFalse();
    assertThat(seen.at("/tokens/1/surprisal_bits").asDouble()).isCloseTo(0, within(TOLERANCE));

    JsonNode unseen = surprisal(" zebra the", "--add-k", "0");
    assertThat(unseen.at("/totals/back_offs").asInt()).isPositive();
    assertThat(unseen.at("/totals/infinite").asInt()).isPositive();

    JsonNode smoothed = surprisal(" zebra the", "--add-k", "0.1");
    assertThat(smoothed.at("/totals/infinite").asInt()).isZero();
  }

  private JsonNode surprisal(String text, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("bigrams", "surprisal", counts.toString(), "--bos", "no", "--text", text));
    arguments.addAll(List.of(more));
    arguments.add("--json");
    return Cli.run(arguments.toArray(String[]::new)).json();
  }

  @Test
  void theCountedTextItselfHasNoInfiniteToken() throws IOException {
    assertThat(countText("--order", "3").exitCode()).isZero();
    JsonNode own =
        Cli.run("bigrams", "surprisal", counts.toString(), "--file", text.toString(), "--json")
            .json();
    assertThat(own.at("/totals/scored").asInt()).isEqualTo(7);
    assertThat(own.at("/totals/infinite").asInt()).isZero();
    assertThat(own.at("/totals/back_offs").asInt()).isZero();
    assertThat(own.has("tokens")).isFalse();
  }

  @Test
  void badInputIsRefusedWithItsRemedyAndLeavesNothing() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    Path model = Path.of("../tests/golden/gpt2/config.json");
    refused(count("--file", empty.toString()), "fill no window of 128");
    refused(countText("--memory", "lots"), "--memory");
    refused(countText("--memory", "10k"), "--memory");
    refused(countText("--order", "6"), "order can be 2 to 5");
    refused(countText("--field", "text"), "line 1 is not JSON");
    refused(Cli.run("bigrams", "show", model.toString()), "bigrams count");
    assertThat(counts).doesNotExist();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("text.txt", "empty.txt");
  }

  @Test
  void anotherTokenizerIsRefused() {
    assertThat(countText().exitCode()).isZero();
    refused(
        Cli.run(
            "bigrams",
            "surprisal",
            counts.toString(),
            "--tokenizer",
            "golden/tokens/llama-2",
            "--text",
            "a"),
        "was counted with the tokenizer");
  }

  @Test
  void anUnfinishedCountingIsNotOverwrittenUnasked() throws IOException {
    Files.createDirectories(folder.resolve("counts.safetensors.runs"));
    refused(countText(), "--resume");
    assertThat(countText("--resume").exitCode()).isZero();
    assertThat(folder.resolve("counts.safetensors.runs")).doesNotExist();
  }

  private static void refused(Cli cli, String reason) {
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(2);
    assertThat(cli.err()).contains(reason);
  }
}
