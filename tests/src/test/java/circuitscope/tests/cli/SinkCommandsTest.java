package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about sinks, on the embedded checkpoint and on a tiny rotary model. */
final class SinkCommandsTest {
  private static final String ROTARY = "golden/llama-gqa-rope3-fp16";

  @TempDir Path folder;

  @Test
  void theSinkOfTheEmbeddedModelStandsFarAboveTheNullOfItsLargestHead() throws IOException {
    JsonNode result =
        sinks("rate", "--tokens", "random", "--samples", "10", "--permutations", "99").json();

    JsonNode profile = result.path("profiles").path(0);
    JsonNode maximum = profile.path("maximum");
    assertThat(maximum.path("median").asDouble()).isBetween(1.0, 1.5);
    assertThat(maximum.path("observed").asDouble())
        .isGreaterThan(5 * maximum.path("p99").asDouble());
    double largest = 0;
    for (JsonNode head : profile.path("heads")) {
      boolean below = head.path("times_uniform").asDouble() < 1;
      assertThat(head.path("p").asDouble()).isBetween(below ? 0.9 : 0.01, 1.0);
      assertThat(head.path("alpha0").path("low").asDouble())
          .isLessThanOrEqualTo(head.path("alpha0").path("value").asDouble());
      largest = Math.max(largest, head.path("times_uniform").asDouble());
    }
    assertThat(maximum.path("observed").asDouble()).isEqualTo(largest);
    assertThat(result.path("rate").path(0).asDouble())
        .isEqualTo(profile.path("positions").path(0).path("rate").path("value").asDouble());
  }

  @Test
  void aRotaryModelHasNoSinkOnOneRepeatedToken() throws IOException {
    JsonNode rate =
        Cli.run(
                "sinks",
                "rate",
                "--model",
                ROTARY,
                "--tokens",
                "repeated",
                "--length",
                "64",
                "--json")
            .json()
            .path("rate");
    assertThat(rate).hasSize(8);
    rate.forEach(one -> assertThat(one.asDouble()).isZero());
  }

  @Test
  void theSameSeedDrawsTheSameTokensAndAnotherDoesNot() throws IOException {
    String[] digests = new String[3];
    for (int i = 0; i < 3; i++) {
      digests[i] =
          sinks("rate", "--tokens", "random", "--samples", "2", "--seed", Integer.toString(i / 2))
              .json()
              .at("/input/digest")
              .asText();
    }
    assertThat(digests[0]).isEqualTo(digests[1]).isNotEqualTo(digests[2]);
  }

  @Test
  void zeroBreaksWhatTheMeanKeepsAndTheSinkFollowsItsPositionEmbedding() throws IOException {
    JsonNode result =
        sinks(
                "interventions",
                "--file",
                text(),
                "--samples",
                "8",
                "--positions",
                "4",
                "--draws",
                "2")
            .json();

    JsonNode zero = outcome(result, "large values to zero");
    double cost = zero.at("/change_nats/value").asDouble();
    assertThat(zero.at("/change_nats/low").asDouble()).isGreaterThan(0.05);
    assertThat(outcome(result, "large values to their mean").at("/change_nats/value").asDouble())
        .isCloseTo(0, within(cost / 10));
    for (String control : List.of("random dimensions to zero", "random positions to zero")) {
      assertThat(outcome(result, control).at("/change_nats/high").asDouble()).isLessThan(cost / 3);
    }
    JsonNode swapped = outcome(result, "positions 0 and 4 swapped").path("sinks");
    assertThat(swapped.at("/1/times_uniform/low").asDouble())
        .isGreaterThan(swapped.at("/0/times_uniform/high").asDouble());
    assertThat(result.at("/large_values/massive").asBoolean()).isFalse();
  }

  @Test
  void everyCommandWritesItsFigures() throws IOException {
    String[][] commands = {
      {"rate", "sink-surface sink-alpha sink-profile sink-rate sink-layers beyond-sink"},
      {"why", "sink-norms sink-cosines sink-value-share sink-bias-constancy"},
      {"massive", "massive-activations intervention-loss intervention-sink-rate"},
      {"interventions", "intervention-loss intervention-sink-rate intervention-positions"}
    };
    for (String[] command : commands) {
      Path out = folder.resolve(command[0]);
      Cli run =
          sinks(
              command[0],
              "--file",
              text(),
              "--samples",
              "2",
              "--length",
              "24",
              "--out",
              out.toString());
      assertThat(run.exitCode()).as(run.err()).isZero();
      for (String figure : command[1].split(" ", -1)) {
        for (String ending : List.of("svg", "pdf", "png")) {
          assertThat(out.resolve("figures").resolve(figure + "." + ending)).isNotEmptyFile();
        }
      }
      JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
      assertThat(manifest.path("seed").asInt(-1)).isZero();
      assertThat(manifest.path("protocol").path("name").asText()).isNotEmpty();
    }
  }

  @Test
  void badInputIsRefusedWithARemedy() throws IOException {
    refused("epsilon: 0.0 is not a threshold", "rate", "--epsilon", "0");
    refused("epsilon: 1.0 is not a threshold", "rate", "--epsilons", "0.5,1");
    refused("epsilon: 1.0 is not a threshold", "massive", "--epsilon", "1");
    refused("lengths: 65 is longer than a sample of 64 tokens", "rate", "--lengths", "16,65");
    refused("there is nothing to read", "rate");
    refused(
        "table of 512 positions; lower --length", "rate", "--tokens", "random", "--length", "513");
    for (String command : List.of("rate", "why", "massive", "interventions")) {
      refused(
          "shorter than one sample of 64 tokens",
          command,
          "--text",
          "Too short.",
          "--length",
          "64");
    }
    refused("layer: there is no layer 4", "massive", "--file", text(), "--layer", "4");
    refused("tokens: interventions run on one kind", "interventions", "--tokens", "all");
    refused("positions: 64 is not in a sample of 64", "interventions", "--positions", "64");
    refused("replaced: 32 tokens leave too few of 64", "interventions", "--replaced", "32");
    refused(
        "filler: token id 999999 is outside",
        "interventions",
        "--tokens",
        "random",
        "--filler",
        "999999");
  }

  private static void refused(String reason, String... arguments) {
    Cli run = sinks(arguments);
    assertThat(run.exitCode()).as("%s", List.of(arguments)).isEqualTo(2);
    assertThat(run.err()).contains(reason);
  }

  private static JsonNode outcome(JsonNode result, String name) {
    for (JsonNode one : result.path("outcomes")) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no outcome '" + name + "'");
  }

  private static Cli sinks(String... arguments) {
    List<String> all =
        Stream.of(
                Stream.of("sinks", arguments[0], "--model", Cli.MODEL, "--json"),
                Stream.of(arguments).skip(1))
            .flatMap(part -> part)
            .toList();
    return Cli.run(all.toArray(String[]::new));
  }

  /** Prose of more than eight samples. */
  private String text() throws IOException {
    Path file = folder.resolve("text.txt");
    Files.writeString(
        file,
        """
        The old house stood at the end of the lane, and nobody in the village could remember a time
        when its windows had not been dark. On winter evenings the children dared each other to run
        as far as the gate. One of them, a girl who had come from the city in the spring, went further:
        she put her hand upon the door and found that it was open.
        """
            .repeat(10));
    return file.toString();
  }
}
