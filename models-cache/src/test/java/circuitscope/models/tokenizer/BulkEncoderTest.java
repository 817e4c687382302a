package circuitscope.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.cache.EmbeddedModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fast tokens beside the library's own. */
final class BulkEncoderTest {
  private static final List<String> BITS =
      List.of(
          " ",
          " ",
          " ",
          "\n",
          "\n",
          "  ",
          "\t",
          "\r\n",
          "'s",
          "'ll",
          "'",
          "a",
          "The",
          "cat",
          "12",
          "3",
          ".",
          "...",
          "!?",
          "é",
          "e\u0301",
          "ß",
          "\u017f",
          "Ж",
          "ω",
          "\u201c",
          "\u2014",
          "\u00a0",
          "\u3000",
          "\u4e2d",
          "\u2028",
          "\u00b2",
          "\ud83d\ude00",
          "<|endoftext|>",
          "</s>",
          "    ",
          "\u0301",
          "\u1e9e",
          "\u0378",
          "\u2212",
          "\u00ad",
          "\u0085",
          "\u200b",
          "_",
          "\u0660",
          "\u2160");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "byte-level",
        "byte-level-nfc",
        "byte-level-bos",
        "gemma",
        "llama-2",
        "unigram",
        "embedded"
      })
  void randomMixturesOfAwkwardTextsEncodeAsByTheLibrary(String name) throws IOException {
    Path folder =
        name.equals("embedded")
            ? EmbeddedModels.directory("gpt2-4l")
            : Path.of("../tests/golden/tokens").resolve(name);
    Random random = new Random(7);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      BulkEncoder bulk = tokenizer.bulk();
      assertThat(bulk.cutsWords())
          .isEqualTo(List.of("byte-level", "byte-level-nfc", "embedded").contains(name));
      for (int text = 0; text < 3000; text++) {
        StringBuilder mixture = new StringBuilder();
        for (int bit = random.nextInt(30); bit >= 0; bit--) {
          mixture.append(BITS.get(random.nextInt(BITS.size())));
        }
        assertThat(bulk.encode(mixture.toString()))
            .as("%s", mixture)
            .isEqualTo(tokenizer.encode(mixture.toString()));
      }
    }
  }

  @Test
  void theEmbeddedTextEncodesAsByTheLibrary() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
        InputStream packed =
            new BZip2CompressorInputStream(Files.newInputStream(EmbeddedModels.text()))) {
      String text = new String(packed.readNBytes(500_000), StandardCharsets.UTF_8);
      assertThat(tokenizer.bulk().encode(text)).isEqualTo(tokenizer.encode(text));
    }
  }
}
