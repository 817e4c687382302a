package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.model.HeadName;
import circuitscope.tests.heads.HandMadeModels;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heads ablate} from the command line. */
final class AblateHeadsTest {
  private static final String[] SMALL = {
    "--sequences",
    "4",
    "--draws",
    "5",
    "--length",
    "24",
    "--early",
    "4",
    "--late",
    "20",
    "--around",
    "2",
    "--period",
    "11"
  };

  /** Resting on an ordinary first token says it a little: one logit of 60 is 15/100 higher. */
  private static final double RESTING = 3e-3;

  @TempDir Path temporary;

  @Test
  void theFoundInductionHeadOfAHandMadeModelIsTheOneThatRepeatsNeed() throws IOException {
    HandMade made = HandMadeModels.induction(temporary);

    JsonNode result =
        Cli.run(
                "heads",
                "ablate",
                "--model",
                made.folder().toString(),
                "--found",
                "induction,previous",
                "--top",
                "1",
                "--each",
                "--kind",
                "zero,pattern-preserving",
                "--sequences",
                "3",
                "--draws",
                "7",
                "--period",
                "25",
                "--json")
            .json();

    assertThat(result.at("/found/0/best/0/head").asText())
        .isEqualTo(made.matchingHead().toString());
    assertThat(result.at("/found/1/best/0/head").asText())
        .isEqualTo(made.previousTokenHead().toString());
    double nothingSaid = Math.log(made.vocab());
    for (JsonNode effect : result.path("effects")) {
      boolean looksOnly =
          effect.path("set").asText().startsWith("previous")
              && effect.path("kind").asText().equals("pattern-preserving");
      double expected = looksOnly ? 0 : nothingSaid;
      assertThat(effect.path("delta").path("value").asDouble())
          .as(effect.toString())
          .isCloseTo(expected, within(RESTING));
      assertThat(effect.path("random").path("draws").asInt()).isEqualTo(7);
    }
    assertThat(result.path("singles")).hasSize(2 * 8);
    for (JsonNode single : result.path("singles")) {
      if (made.idleHeads().contains(HeadName.parse(single.path("set").asText()))) {
        assertThat(single.path("delta").path("value").asDouble()).isCloseTo(0, within(1e-5));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndFiguresAreWritten() throws IOException {
    Path out = temporary.resolve("out");
    String[] command =
        joined(
            "heads ablate --model golden/gpt2 --ids golden/gpt2/golden.safetensors:input_ids"
                + " --heads L0H1,L2H0 --kind zero,pattern-preserving,mean,resample --reference 1"
                + " --json",
            SMALL);
    // Two rows are given: mean and resample ablation would need more.
    assertThat(Cli.run(command).exitCode()).isEqualTo(2);

    command =
        joined(
            "heads ablate --model golden/gpt2 --ids golden/gpt2/golden.safetensors:input_ids"
                + " --heads L0H1,L2H0 --each --json",
            SMALL);
    JsonNode once = Cli.run(joined(String.join(" ", command), "--out", out.toString())).json();
    JsonNode again = Cli.run(command).json();

    assertThat(again).isEqualTo(once);
    assertThat(once.path("baseline")).hasSize(4);
    assertThat(once.path("effects")).hasSize(2 * 4);
    assertThat(once.path("singles")).hasSize(2 * 4 * 12);
    for (String figure : new String[] {"ablation", "ablation-map", "ablation-plane"}) {
      assertThat(out.resolve("figures").resolve(figure + "-zero.svg")).exists();
    }
    assertThat(Files.readAllLines(out.resolve("tables").resolve("random-sets.csv")))
        .hasSize(1 + 2 * 4 * 5);
  }

  @Test
  void badInputIsToldBeforeAnythingIsRun() throws IOException {
    Path shortText = Files.writeString(temporary.resolve("short.txt"), "A short text.\n");

    refused("there is no head L9H0; this model has L0H0 to L3H7", "--heads", "L9H0");
    refused("'H3' is not a head", "--heads", "H3");
    refused("nothing to take away");
    refused("a found set of 40 heads, and the model has 32", "--found", "induction", "--top", "40");
    refused("two windows of 512 are needed", "--heads", "L0H0", "--file", shortText.toString());
    refused("late + around < length", "--heads", "L0H0", "--late", "511");
    refused("rows of 600 tokens, and the model has 512", "--heads", "L0H0", "--period", "300");
  }

  private static void refused(String message, String... options) {
    Cli cli = Cli.run(joined("heads ablate --model embedded:gpt2-4l", options));
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(2);
    assertThat(cli.err()).contains(message);
  }

  private static String[] joined(String words, String... more) {
    String[] first = words.split(" ", -1);
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
