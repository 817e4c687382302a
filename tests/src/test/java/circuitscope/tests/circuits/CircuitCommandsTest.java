package circuitscope.tests.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.cli.CommandLineApp;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The circuit commands, one after the other, as a user would run them. */
final class CircuitCommandsTest {
  private static final String MODEL = "embedded:gpt2-4l";

  @Test
  void aCircuitIsFoundJudgedAgainAndComparedWithASubnetwork(@TempDir Path out) throws IOException {
    Path folder = out.resolve("found");
    JsonNode found =
        json(
            "circuit find --model %s --template induction --count 4 --steps 2 --edges 60 --draws 2"
                    .formatted(MODEL)
                + " --knockouts 3 --search greedy --json --out "
                + folder);
    double f = found.at("/circuit/faithfulness/value").asDouble();
    assertThat(f).isGreaterThan(found.at("/circuit/random_faithfulness/high").asDouble() + 0.05);
    assertThat(found.at("/circuit/edges").asInt()).isBetween(20, 60);
    assertThat(found.get("knockouts")).hasSize(3);
    assertThat(found.get("curve")).hasSize(10);
    assertThat(found.at("/curve/9/faithfulness/value").asDouble()).isCloseTo(1, within(1e-3));
    assertThat(folder.resolve("figures/circuit.svg")).exists();
    assertThat(folder.resolve("figures/faithfulness.svg")).exists();

    // found on pairs of seed 0 and judged on those of seed 1
    String file = folder.resolve("circuit.json").toString();
    JsonNode again =
        json(
            "circuit evaluate --model %s --template induction --count 4 --seed 1 --draws 0"
                    .formatted(MODEL)
                + " --knockouts 0 --curve false --json --circuit "
                + file);
    assertThat(again.at("/circuit/faithfulness/value").asDouble()).isCloseTo(f, within(1e-4));
    for (int i = 0; i < 20; i++) {
      assertThat(again.at("/edges/%d/edge".formatted(i)))
          .isEqualTo(found.at("/edges/%d/edge".formatted(i)));
    }

    Path own = out.resolve("mask");
    JsonNode mask =
        json("circuit mask --model %s --json --circuit %s --out %s".formatted(MODEL, file, own));
    int heads = 0;
    int mlps = 0;
    for (JsonNode node : found.get("nodes")) {
      heads += node.asText().startsWith("a") ? 1 : 0;
      mlps += node.asText().startsWith("m") ? 1 : 0;
    }
    assertThat(heads).isBetween(1, 31);
    // a head: 4 matrices of 256 × 32; an MLP: 2 of 256 × 1,024
    long expected = heads * 4L * 256 * 32 + mlps * 2L * 256 * 1024;
    assertThat(mask.get("circuit_active").asLong()).isEqualTo(expected);
    JsonNode against =
        json(
            "circuit mask --model %s --json --circuit %s --mask %s"
                .formatted(MODEL, file, own.resolve("circuit-mask.safetensors")));
    assertThat(against.get("head_share").asDouble()).isEqualTo(1);
    assertThat(against.get("other_head_share").asDouble()).isEqualTo(0);
    assertThat(against.get("chance").asDouble()).isLessThan(0.01);
  }

  private static JsonNode json(String command) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        CommandLineApp.run(
            new PrintStream(text, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            command.split(" ", -1));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return new JsonMapper().readTree(text.toString(StandardCharsets.UTF_8));
  }
}
