package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Probes of bytes, boundaries and noise on the embedded model, against what must hold. */
final class SeedProbesTest {
  private static final String TEXT =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  private static double value(JsonNode result, String series, int place) {
    int seen = 0;
    for (JsonNode point : result.get("points")) {
      if (point.get("series").asText().startsWith(series) && seen++ == place) {
        return point.get("value").asDouble();
      }
    }
    throw new AssertionError("no point " + series + " in " + result.get("points"));
  }

  private static JsonNode probe(String name, String... more) throws IOException {
    String[] command = {"probe", name, "--model", Cli.MODEL, "--json", "--text", TEXT};
    String[] all = new String[command.length + more.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return Cli.run(all).json();
  }

  @Test
  void bitsPerByteAreTheLossesAndAModelIsNoBetterThanItself() throws IOException {
    JsonNode bpb = probe("bpb", "--models", Cli.MODEL);
    JsonNode loss =
        Cli.run("loss", "--model", Cli.MODEL, "--json", "--bos", "yes", "--text", TEXT).json();
    double expected = loss.get("bits_per_byte").asDouble();
    assertThat(value(bpb, "bits a byte", 0)).isCloseTo(expected, within(1e-5));
    assertThat(value(bpb, "more bits than the first", 0)).isZero();
    // a narrow window scores every token too, and knows less
    JsonNode narrow = probe("bpb", "--models", Cli.MODEL, "--context", "8", "--stride", "4");
    assertThat(value(narrow, "bits a byte", 0)).isGreaterThan(expected);
  }

  @Test
  void oneWindowForAllIsTheExactProbabilityOfTheText() throws IOException {
    JsonNode bytes = probe("bytes");
    JsonNode windows = probe("windows", "--bits", "16");
    double ratio = 8 / value(bytes, "bits a byte, exact", 0);
    assertThat(value(windows, "ratio, no windows", 0)).isCloseTo(ratio, within(1e-4));
    assertThat(value(windows, "reset cost", 0)).isPositive();
  }
}
