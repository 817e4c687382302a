package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with masks, counts, texts and numbers is said, and nothing is lost or written. */
final class SubnetworkInputsTest {
  private static final Path TINY = Path.of("golden", "mask-training");
  private static final String TOKENS = TINY.resolve("tokens.safetensors") + ":input_ids";
  private static final String BIGRAMS = TINY.resolve("bigrams.safetensors").toString();

  @TempDir Path folder;
  private Path masks;
  private String mask;

  @BeforeEach
  void drawAMask() {
    masks = folder.resolve("masks");
    Cli made =
        Cli.run(
            "subnetwork",
            "train",
            "--model",
            TINY.toString(),
            "--method",
            "random",
            "--keep",
            "0.5",
            "--out",
            masks.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    mask = masks.resolve("random-0.5.safetensors").toString();
  }

  @Test
  void aMaskOfAnotherModelIsRefused() throws IOException {
    Path counts = countsOfTheEmbeddedTokenizer();
    refused(
        List.of(
            "subnetwork",
            "eval",
            "--model",
            Cli.MODEL,
            "--mask",
            mask,
            "--bigrams",
            counts.toString(),
            "--text",
            "The cat sat on the mat.",
            "--length",
            "4"),
        "random-0.5",
        "is not of the model ",
        "in the mask and",
        "in the model");
  }

  @Test
  void aDamagedMaskIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(mask));
    bytes[bytes.length - 3] ^= 0x10;
    Files.write(Path.of(mask), bytes);
    refused(eval("--mask", mask), mask, "digest differs", "copy or make it again");
    Files.write(Path.of(mask), Arrays.copyOf(bytes, bytes.length / 2));
    refused(eval("--mask", mask), mask);
    Files.writeString(Path.of(mask), "no mask at all");
    refused(eval("--mask", mask), mask);
  }

  @Test
  void aDamagedMaskIsNotOverwrittenByATraining() throws IOException {
    Path out = folder.resolve("trained");
    Path file = Files.createDirectories(out).resolve("lambda-1.safetensors");
    Files.writeString(file, "no mask at all");
    refused(train(out, "--lambda", "1"), out.toString(), "--resume", "another --out");
    refused(train(out, "--lambda", "1", "--resume"), file.toString());
    assertThat(file).hasContent("no mask at all");
  }

  @Test
  void anEmptyTextIsRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    Path counts = countsOfTheEmbeddedTokenizer();
    refused(
        List.of(
            "subnetwork",
            "train",
            "--model",
            Cli.MODEL,
            "--bigrams",
            counts.toString(),
            "--file",
            empty.toString(),
            "--out",
            folder.resolve("none").toString()),
        empty.toString(),
        "0 sequences of 128 tokens",
        "give more text");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void noTextAtAllIsRefused() {
    List<String> command = new ArrayList<>(train(folder.resolve("none")));
    command.removeAll(List.of("--ids", TOKENS));
    refused(command, "nothing to read", "--file");
  }

  @Test
  void countsOfAnotherVocabularyAreRefused() throws IOException {
    Path counts = countsOfTheEmbeddedTokenizer();
    List<String> command = new ArrayList<>(train(folder.resolve("none")));
    command.set(command.indexOf(BIGRAMS), counts.toString());
    refused(command, counts.toString(), "vocabulary of 4096", "has one of 64", "bigrams count");
    refused(
        List.of(
            "subnetwork",
            "train",
            "--model",
            Cli.MODEL,
            "--bigrams",
            BIGRAMS,
            "--text",
            "The cat sat on the mat.",
            "--length",
            "4",
            "--batch",
            "1",
            "--out",
            folder.resolve("none").toString()),
        BIGRAMS,
        "was counted with the tokenizer",
        "count with it");
  }

  @Test
  void lambdasOutOfRangeAreRefused() {
    refused(train(folder.resolve("none"), "--lambda", "NaN"), "lambda: NaN is not");
    for (String lambda : List.of("-1", "0,-3")) {
      refused(train(folder.resolve("none"), "--lambda=" + lambda), "lambda", "0 or more");
    }
    refused(train(folder.resolve("none"), "--lambda", "1,1"), "--lambda names a value twice");
    refused(train(folder.resolve("none"), "--lambda", "many"), "lambda: 'many' is not");
  }

  @Test
  void sequencesLongerThanTheModelIsAreRefused() {
    refused(train(folder.resolve("none"), "--length", "17"), "17 tokens", "16 positions");
    refused(eval("--length", "17"), "17 tokens", "16 positions", "lower --length");
  }

  @Test
  void settingsThatWouldBeIgnoredAreRefused() {
    Path none = folder.resolve("none");
    refused(train(none, "--keep", "0.1"), "--keep", "--lambda");
    refused(train(none, "--ngrams", BIGRAMS), "would not be read");
    refused(train(none, "--target", "ngram"), "--ngrams FILE");
    refused(train(none, "--validate-every", "10"), "go together");
    refused(train(none, "--method", "hard-concrete", "--beta-growth", "1.1"), "fixed temperature");
    refused(train(none, "--method", "magnitude"), "needs a budget");
    refused(train(none, "--batch", "3", "--accumulate", "2"), "equal parts");
  }

  private static void refused(List<String> command, String... parts) {
    Cli run = Cli.run(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(parts).doesNotContain("Exception");
  }

  private List<String> train(Path out, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "subnetwork",
                "train",
                "--model",
                TINY.toString(),
                "--ids",
                TOKENS,
                "--bigrams",
                BIGRAMS,
                "--out",
                out.toString()));
    List<String> given = List.of(more);
    if (!given.contains("--batch")) {
      command.addAll(List.of("--batch", "4"));
    }
    if (!given.contains("--length")) {
      command.addAll(List.of("--length", "16"));
    }
    command.addAll(given);
    return command;
  }

  private List<String> eval(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "subnetwork",
                "eval",
                "--model",
                TINY.toString(),
                "--ids",
                TOKENS,
                "--bigrams",
                BIGRAMS));
    if (!List.of(more).contains("--length")) {
      command.addAll(List.of("--length", "16"));
    }
    command.addAll(List.of(more));
    return command;
  }

  private Path countsOfTheEmbeddedTokenizer() throws IOException {
    Path text = folder.resolve("text.txt");
    Path counts = folder.resolve("counts.safetensors");
    Files.writeString(text, "The cat sat on the mat. ".repeat(20));
    Cli counted =
        Cli.run(
            "bigrams",
            "count",
            "--model",
            Cli.MODEL,
            "--file",
            text.toString(),
            "--length",
            "16",
            "--out",
            counts.toString());
    assertThat(counted.exitCode()).as(counted.err()).isZero();
    return counts;
  }
}
