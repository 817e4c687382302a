package circuitscope.probes.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole embedded text against Python, by tests/golden/tokens/make_tokens.py. */
final class WindowsGoldenTest {
  private record Golden(
      int window, int count, int tokens, int documents, long textBytes, List<Window> windows) {}

  private record Window(int index, int[] ids, long[] documents) {}

  @Test
  void theEmbeddedTextGivesTheWindowsOfTheReference() throws IOException {
    Golden golden =
        new ObjectMapper()
            .readValue(Path.of("../tests/golden/tokens/windows.json").toFile(), Golden.class);
    try (Tokenizer tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
        TokenWindows windows =
            TokenWindows.open(List.of(EmbeddedModels.text()), tokenizer, golden.window())) {
      List<TokenWindow> all = windows.nextBatch(1 << 20);
      TokenWindow rest = windows.rest();

      assertThat(all).hasSize(golden.count());
      assertThat(golden.count() * golden.window() + rest.size()).isEqualTo(golden.tokens());
      long lastDocument = all.getLast().documents()[golden.window() - 1];
      assertThat(Math.max(lastDocument, Arrays.stream(rest.documents()).max().orElse(0)))
          .isEqualTo(golden.documents() - 1);
      long bytes = Arrays.stream(rest.byteLengths()).asLongStream().sum();
      for (TokenWindow window : all) {
        bytes += Arrays.stream(window.byteLengths()).asLongStream().sum();
      }
      assertThat(bytes).isEqualTo(golden.textBytes());
      for (Window expected : golden.windows()) {
        TokenWindow actual = all.get(expected.index());
        assertThat(actual.ids()).isEqualTo(expected.ids());
        assertThat(actual.documents()).isEqualTo(expected.documents());
      }
    }
  }
}
