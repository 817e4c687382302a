package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.tests.heads.HandMadeModels;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heads sweep} over checkpoints made by hand: induction is there from the second on. */
final class SweepTest {
  @TempDir Path temporary;
  private Path steps;
  private Path text;

  /** step9, step64 and step128 of one architecture; the first knows nothing. */
  @BeforeEach
  void make() throws IOException {
    steps = Files.createDirectory(temporary.resolve("steps"));
    HandMadeModels.induction(steps.resolve("step64"));
    HandMadeModels.induction(steps.resolve("step128"));
    Path early = Files.createDirectory(steps.resolve("step9"));
    Files.copy(steps.resolve("step64/config.json"), early.resolve("config.json"));
    byte[] weights = Files.readAllBytes(steps.resolve("step64/model.safetensors"));
    int header = 8 + (int) ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Arrays.fill(weights, header, weights.length, (byte) 0);
    Files.write(early.resolve("model.safetensors"), weights);

    HandMade made = HandMadeModels.induction(temporary.resolve("model"));
    StringBuilder words = new StringBuilder();
    for (int id : HandMadeModels.randomTokens(made, 400, 5)) {
      words.append('t').append(id).append(' ');
    }
    text = Files.writeString(temporary.resolve("text.txt"), words + "\n");
  }

  @Test
  void checkpointsStandInTheOrderOfStepsAndTheTurnIsWhereInductionAppears() throws IOException {
    Path out = temporary.resolve("out");

    JsonNode result = sweep("--out", out.toString(), "--json").json();

    assertThat(result.path("checkpoints").findValuesAsText("step"))
        .containsExactly("9", "64", "128");
    assertThat(result.at("/induction/from_step").asInt()).isEqualTo(9);
    assertThat(result.at("/induction/to_step").asInt()).isEqualTo(64);
    // Weights of zero attend to everything equally: 1/(i+1) at query i.
    assertThat(result.at("/induction/from").asDouble()).isLessThan(0.02);
    assertThat(result.at("/induction/to").asDouble()).isGreaterThan(0.999);
    assertThat(result.at("/components/explained/0").asDouble()).isGreaterThan(0.999);
    assertThat(out.resolve("figures").resolve("sweep.svg")).exists();
    assertThat(out.resolve("figures").resolve("sweep-heads.svg")).exists();
  }

  @Test
  void aStoppedSweepGoesOnWithWhatItHasMeasured() throws IOException {
    Path out = temporary.resolve("out");
    JsonNode whole = sweep("--out", out.toString(), "--json").json();
    assertThat(whole.path("reused").asInt()).isZero();
    Path kept = out.resolve("checkpoints").resolve("step64.json");
    Files.delete(out.resolve("checkpoints").resolve("step128.json"));
    FileTime before = Files.getLastModifiedTime(kept);

    JsonNode again = sweep("--out", out.toString(), "--json").json();

    assertThat(again.path("reused").asInt()).isEqualTo(2);
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(before);
    assertThat(again.path("checkpoints")).isEqualTo(whole.path("checkpoints"));
    assertThat(again.path("components")).isEqualTo(whole.path("components"));

    // Another protocol, and other weights, are measured anew.
    assertThat(
            sweep("--out", out.toString(), "--json", "--seed", "1").json().path("reused").asInt())
        .isZero();
    Files.copy(
        steps.resolve("step9/model.safetensors"),
        steps.resolve("step64/model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    JsonNode other = sweep("--out", out.toString(), "--json", "--seed", "1").json();
    assertThat(other.path("reused").asInt()).isEqualTo(2);
    assertThat(other.at("/induction/to_step").asInt()).isEqualTo(128);
  }

  @Test
  void whatIsNoTrainingIsRefused() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    refused(empty, "there is no checkpoint in it");
    refused(temporary.resolve("absent"), "there is no such folder");

    Path mixed = Files.createDirectory(temporary.resolve("mixed"));
    HandMadeModels.induction(mixed.resolve("step1"));
    HandMadeModels.trigram(mixed.resolve("step2"));
    refused(mixed, "a sweep compares checkpoints of one architecture");

    Path words = Files.createDirectory(temporary.resolve("words"));
    HandMadeModels.induction(words.resolve("step1"));
    Path tokenizer = words.resolve("step1/tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"t1\" : 1,", "\"u1\" : 1,"));
    refused(words, "its tokenizer has another vocabulary");

    Path twice = Files.createDirectory(temporary.resolve("twice"));
    HandMadeModels.induction(twice.resolve("a-step7"));
    HandMadeModels.induction(twice.resolve("b-step7"));
    refused(twice, "are both of step 7");

    Path unnamed = Files.createDirectory(temporary.resolve("unnamed"));
    HandMadeModels.induction(unnamed.resolve("final"));
    refused(unnamed, "its name holds no training step");
  }

  private void refused(Path checkpoints, String message) throws IOException {
    steps = checkpoints;
    Cli cli = sweep();
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(2);
    assertThat(cli.err()).contains(message);
  }

  private Cli sweep(String... more) {
    Stream<String> command =
        Stream.of(
            "heads",
            "sweep",
            "--model",
            temporary.resolve("model").toString(),
            "--checkpoints",
            steps.toString(),
            "--file",
            text.toString(),
            "--length",
            "100",
            "--early",
            "12",
            "--late",
            "80",
            "--around",
            "4",
            "--period",
            "25",
            "--rows",
            "4",
            "--sink-length",
            "32",
            "--tokens-per-window",
            "5");
    return Cli.run(Stream.concat(command, Stream.of(more)).toArray(String[]::new));
  }
}
