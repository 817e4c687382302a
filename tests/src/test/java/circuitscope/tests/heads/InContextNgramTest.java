package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.icll.InContextNgram;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The in-context learner against {@code golden/icll_ngram.py}. */
final class InContextNgramTest {
  /** The file holds nine decimals. */
  private static final double TOLERANCE = 1e-9;

  @ParameterizedTest
  @CsvSource({
    "katz,false,true,false",
    "add_one,true,true,false",
    "no_back_off,false,false,false",
    "even,false,true,true"
  })
  void everyOrderEqualsTheDescriptionInPython(
      String name, boolean addOne, boolean backOff, boolean even) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(Path.of("golden", "icll-ngram.json").toFile());
    String text = golden.get("text").asText();
    String alphabet = golden.get("alphabet").asText();
    for (int order = 1; order <= 4; order++) {
      InContextNgram learner =
          new InContextNgram(
              order, alphabet.length(), new InContextNgram.Options(addOne, backOff, even));
      JsonNode rows = golden.get("predictions").get(name).get(Integer.toString(order));
      for (int t = 0; t < text.length(); t++) {
        int symbol = alphabet.indexOf(text.charAt(t));
        learner.see(symbol < 0 ? alphabet.length() : symbol);
        double[] said = learner.predict();
        for (int i = 0; i < said.length; i++) {
          assertThat(said[i])
              .as("order %d after '%s', %s", order, text.substring(0, t + 1), alphabet.charAt(i))
              .isCloseTo(rows.get(t).get(i).asDouble(), within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void beforeTheFirstSymbolItSaysNothing() {
    InContextNgram learner = new InContextNgram(3, 4, InContextNgram.Options.KATZ);
    assertThat(learner.predict()).containsOnly(0);
  }

  @Test
  void anOrderOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new InContextNgram(0, 4, InContextNgram.Options.KATZ))
        .hasMessageContaining("orders are 1 to 8");
  }
}
