package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract's commands against what the trace of the same tokens says. */
final class AnalysisCommandsTest {
  /** float32 sums of up to 100 probabilities, in another order. */
  private static final double TOLERANCE = 1e-5;

  private static final String TEXT = "The cat sat on the mat, and the cat sat on the mat.";

  @TempDir Path folder;

  /** Ids {@code [rows, 2 · period]}, each row a random block given twice. */
  private String repeatedBlocks(int rows, int period) throws IOException {
    Random random = new Random(5);
    long[] ids = new long[rows * 2 * period];
    for (int i = 0; i < ids.length; i++) {
      boolean copy = i % (2 * period) >= period;
      ids[i] = copy ? ids[i - period] : 10 + random.nextInt(4000);
    }
    return idsFile(new TensorShape(rows, 2L * period), ids);
  }

  private String idsFile(TensorShape shape, long[] ids) throws IOException {
    Path file = folder.resolve("ids.safetensors");
    SafetensorsWriter.write(file, Map.of(), List.of(TensorSource.of("input_ids", shape, ids)));
    return file + ":input_ids";
  }

  private List<Tensors.Tensor> patterns(String ids) {
    Path out = folder.resolve("patterns.safetensors");
    Cli trace =
        Cli.run(
            "trace",
            "--model",
            Cli.MODEL,
            "--ids",
            ids,
            "--sites",
            "blocks.*.attn.hook_pattern",
            "--out",
            out.toString());
    assertThat(trace.exitCode()).as(trace.err()).isZero();
    return Tensors.patterns(out);
  }

  @Test
  void lossIsTheMeanOfTheTokenLossesItWrites() throws IOException {
    Path out = folder.resolve("loss.safetensors");
    JsonNode loss =
        Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--out", out.toString(), "--json")
            .json();

    float[] tokens = Tensors.read(out, "token_loss_nats").values();
    double mean = 0;
    for (float nats : tokens) {
      mean += nats / tokens.length;
    }
    assertThat(loss.path("loss_nats").asDouble()).isCloseTo(mean, within(TOLERANCE));
    assertThat(loss.path("bits_per_token").asDouble())
        .isCloseTo(mean / Math.log(2), within(TOLERANCE));
    assertThat(loss.path("tokens").asInt()).isEqualTo(tokens.length);
    double bits = loss.path("bits_per_token").asDouble() * tokens.length;
    assertThat(loss.path("bits_per_byte").asDouble())
        .isCloseTo(bits / loss.path("bytes").asInt(), within(TOLERANCE));
  }

  @Test
  void aFileIsScoredInDisjointWindowsOfItsPackedStream() throws IOException {
    Path text = folder.resolve("book.txt");
    Files.writeString(text, (TEXT + "\n").repeat(30) + "<|endoftext|>\n" + "And then.");
    JsonNode loss =
        Cli.run(
                "loss",
                "--model",
                Cli.MODEL,
                "--file",
                text.toString(),
                "--context",
                "64",
                "--json")
            .json();

    JsonNode input = loss.path("input");
    assertThat(loss.path("tokens").asInt()).isEqualTo(input.path("windows").asInt() * 63);
    assertThat(input.path("tokens").asInt()).isEqualTo(input.path("windows").asInt() * 64);
    assertThat(input.path("left_out").asInt()).isLessThan(64);
  }

  @Test
  void traceHoldsTheTokensAndProbabilitiesThatSumToOne() {
    Path out = folder.resolve("trace.safetensors");
    Cli trace =
        Cli.run(
            "trace",
            "--model",
            Cli.MODEL,
            "--text",
            TEXT,
            "--sites",
            "blocks.2.attn.hook_pattern,logits",
            "--out",
            out.toString());

    assertThat(trace.exitCode()).as(trace.err()).isZero();
    assertThat(Tensors.read(out))
        .containsOnlyKeys("blocks.2.attn.hook_pattern", "logits", "tokens");
    int positions = (int) Tensors.read(out, "tokens").shape()[1];
    assertThat(Tensors.read(out, "logits").shape()).containsExactly(1, positions, 4096);
    float[] pattern = Tensors.read(out, "blocks.2.attn.hook_pattern").values();
    for (int row = 0; row < pattern.length / positions; row++) {
      double sum = 0;
      for (int key = 0; key < positions; key++) {
        sum += pattern[row * positions + key];
      }
      assertThat(sum).isCloseTo(1, within(TOLERANCE));
    }
  }

  @Test
  void anUnknownSiteIsBadInputAndLeavesNoFile() {
    Path out = folder.resolve("trace.safetensors");
    Cli trace =
        Cli.run(
            "trace",
            "--model",
            Cli.MODEL,
            "--text",
            TEXT,
            "--sites",
            "blocks.2.attn.hook_patern",
            "--out",
            out.toString());

    assertThat(trace.exitCode()).isEqualTo(2);
    assertThat(trace.err()).contains("blocks.2.attn.hook_pattern");
    assertThat(trace.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void headScoresAreTheMeansOfTheTracedPatterns() throws IOException {
    int period = 20;
    String ids = repeatedBlocks(3, period);
    JsonNode detected =
        Cli.run(
                "heads",
                "detect",
                "--model",
                Cli.MODEL,
                "--ids",
                ids,
                "--period",
                Integer.toString(period),
                "--batch",
                "2",
                "--json")
            .json();

    List<Tensors.Tensor> patterns = patterns(ids);
    assertThat(detected.path("heads")).hasSize(patterns.size() * 8);
    for (JsonNode head : detected.path("heads")) {
      Tensors.Tensor pattern = patterns.get(head.path("layer").asInt());
      double[] expected = scores(pattern, head.path("index").asInt(), period);
      JsonNode scores = head.path("scores");
      String name = head.path("head").asText();
      assertThat(scores.path("previous").asDouble())
          .as(name)
          .isCloseTo(expected[0], within(TOLERANCE));
      assertThat(scores.path("duplicate").asDouble())
          .as(name)
          .isCloseTo(expected[1], within(TOLERANCE));
      assertThat(scores.path("induction").asDouble())
          .as(name)
          .isCloseTo(expected[2], within(TOLERANCE));
    }
  }

  /** Previous, duplicate, induction by the contract's words, over all rows. */
  private static double[] scores(Tensors.Tensor pattern, int head, int period) {
    int rows = (int) pattern.shape()[0];
    int heads = (int) pattern.shape()[1];
    int size = (int) pattern.shape()[2];
    double[] means = new double[3];
    for (int row = 0; row < rows; row++) {
      int start = (row * heads + head) * size * size;
      for (int i = 1; i < size; i++) {
        means[0] += pattern.values()[start + i * size + i - 1] / (double) (size - 1) / rows;
      }
      for (int i = period; i < 2 * period; i++) {
        means[1] += pattern.values()[start + i * size + i - period] / (double) period / rows;
        means[2] += pattern.values()[start + i * size + i - period + 1] / (double) period / rows;
      }
    }
    return means;
  }

  @Test
  void idsThatDoNotRepeatAreRefusedWithTheirPlace() throws IOException {
    String ids = idsFile(new TensorShape(1, 6), new long[] {5, 6, 7, 5, 9, 7});
    Cli detected = Cli.run("heads", "detect", "--model", Cli.MODEL, "--ids", ids, "--period", "3");

    assertThat(detected.exitCode()).isEqualTo(2);
    assertThat(detected.err()).contains("position 1 holds 6, position 4 holds 9");
  }

  @Test
  void theSinkRateCountsHeadsAboveTheThreshold() throws IOException {
    int length = 24;
    double epsilon = 0.25;
    String ids = repeatedBlocks(3, length / 2);
    JsonNode sinks =
        Cli.run(
                "sinks",
                "rate",
                "--model",
                Cli.MODEL,
                "--ids",
                ids,
                "--epsilon",
                Double.toString(epsilon),
                "--length",
                Integer.toString(length),
                "--json")
            .json();

    List<Tensors.Tensor> patterns = patterns(ids);
    double[] rate = new double[8];
    for (int layer = 0; layer < patterns.size(); layer++) {
      float[] values = patterns.get(layer).values();
      double[] alpha0 = new double[8];
      for (int row = 0; row < 3 * 8; row++) {
        for (int key = 0; key < 8; key++) {
          double alpha = 0;
          for (int query = key; query < length; query++) {
            alpha += values[(row * length + query) * length + key] / (double) (length - key);
          }
          rate[key] += alpha > epsilon ? 1.0 / (3 * 8 * patterns.size()) : 0;
          alpha0[row % 8] += key == 0 ? alpha / 3 : 0;
        }
      }
      for (int head = 0; head < 8; head++) {
        assertThat(sinks.path("alpha0").path(layer).path(head).asDouble())
            .isCloseTo(alpha0[head], within(TOLERANCE));
      }
    }
    for (int key = 0; key < 8; key++) {
      assertThat(sinks.path("rate").path(key).asDouble()).isCloseTo(rate[key], within(TOLERANCE));
    }
  }

  @Test
  void greedyGenerationFromTextAndFromItsIdsIsTheSame() throws IOException {
    JsonNode fromText =
        Cli.run(
                "generate",
                "--model",
                Cli.MODEL,
                "--text",
                "It is a truth",
                "--max-tokens",
                "8",
                "--json")
            .json();
    long[] prompt = new long[fromText.path("prompt_ids").size()];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = fromText.path("prompt_ids").get(i).asLong();
    }
    String ids = idsFile(new TensorShape(prompt.length), prompt);
    JsonNode fromIds =
        Cli.run("generate", "--model", Cli.MODEL, "--ids", ids, "--max-tokens", "8", "--json")
            .json();

    assertThat(fromText.path("ids")).hasSize(8).isEqualTo(fromIds.path("ids"));
    assertThat(fromText.path("text").asText()).isNotBlank();
  }

  @Test
  void everyBadParameterIsNamedBeforeTheModelIsOpened() {
    Cli sinks =
        Cli.run(
            "sinks",
            "rate",
            "--model",
            Cli.MODEL,
            "--text",
            TEXT,
            "--epsilon",
            "1.5",
            "--length",
            "one");

    assertThat(sinks.exitCode()).isEqualTo(2);
    assertThat(sinks.err())
        .contains("epsilon: 1.5 is not a number, at least 0, at most 1")
        .contains("length: 'one' is not a whole number, at least 2");
  }

  @Test
  void aTextMayBeginLikeAnOptionOrAFile() throws IOException {
    Cli attached = Cli.run("loss", "--model", Cli.MODEL, "--text=-foo bar baz", "--json");
    assertThat(attached.json().path("tokens").asInt()).isPositive();
    Cli apart = Cli.run("loss", "--model", Cli.MODEL, "--text", "-foo bar baz");
    assertThat(apart.exitCode()).isEqualTo(2);
    assertThat(apart.err()).contains("-foo").doesNotContain("\tat ");
    Cli at = Cli.run("tokens", "--model", Cli.MODEL, "--text", "@pom.xml", "--bos", "no", "--json");
    assertThat(at.out()).contains("\"@\"");
  }

  @Test
  void twoInputsAtOnceAreRefused() {
    Cli loss = Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--ids", "a.safetensors:b");
    assertThat(loss.exitCode()).isEqualTo(2);
    assertThat(loss.err()).contains("--text, --file and --ids exclude each other");
  }

  @Test
  void aFolderHoldsResultManifestTablesAndFigures() throws IOException {
    Path out = folder.resolve("detect");
    Cli detected =
        Cli.run(
            "heads",
            "detect",
            "--model",
            Cli.MODEL,
            "--period",
            "10",
            "--samples",
            "2",
            "--seed",
            "7",
            "--out",
            out.toString());

    assertThat(detected.exitCode()).as(detected.err()).isZero();
    assertThat(out.resolve("tables/heads.csv")).content().startsWith("head,layer,index,previous");
    for (String ending : List.of("svg", "pdf", "png", "json", "csv")) {
      assertThat(out.resolve("figures/heads-induction." + ending)).isNotEmptyFile();
    }
    JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
    assertThat(manifest.path("analysis").asText()).isEqualTo("heads.detect");
    assertThat(manifest.path("seed").asInt()).isEqualTo(7);
    assertThat(manifest.path("model").path("digest").asText()).hasSize(64);
    assertThat(manifest.path("tokens").path("digest").asText()).hasSize(64);
    assertThat(manifest.path("exit_state").asText()).isEqualTo("complete");
    assertThat(manifest.path("command").toString()).contains("--period").contains("10");
  }
}
