package circuitscope.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Hugging Face's `tokenizers`, by tests/golden/tokens/make_tokens.py. */
final class TokenizerGoldenTest {
  private static final Path GOLDEN = Path.of("../tests/golden/tokens");

  private record Case(
      String text, int[] ids, int[] idsWithSpecial, int[][] spans, String decoded) {}

  private static List<Case> cases(String kind) throws IOException {
    byte[] json = Files.readAllBytes(GOLDEN.resolve(kind).resolve("cases.json"));
    return List.of(new ObjectMapper().readValue(json, Case[].class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"byte-level", "byte-level-nfc", "byte-level-bos", "llama-2", "gemma", "unigram"})
  void everyKindGivesTheIdsAndTextOfHuggingFace(String kind) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve(kind))) {
      for (Case golden : cases(kind)) {
        assertThat(tokenizer.encode(golden.text())).as(golden.text()).isEqualTo(golden.ids());
        assertThat(tokenizer.encode(golden.text(), BosPolicy.AUTO).ids())
            .as(golden.text())
            .isEqualTo(golden.idsWithSpecial());
        assertThat(tokenizer.decode(golden.ids())).isEqualTo(golden.decoded());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"byte-level", "byte-level-nfc", "byte-level-bos", "llama-2", "gemma", "unigram"})
  void everySpanIsThatOfHuggingFaceInUtf16Units(String kind) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve(kind))) {
      for (Case golden : cases(kind)) {
        Encoded encoded = tokenizer.encode(golden.text(), BosPolicy.NO);
        for (int i = 0; i < encoded.size(); i++) {
          String expected =
              golden
                  .text()
                  .substring(
                      golden.text().offsetByCodePoints(0, golden.spans()[i][0]),
                      golden.text().offsetByCodePoints(0, golden.spans()[i][1]));
          assertThat(encoded.textOf(i)).as("%s, token %d", golden.text(), i).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-level", "byte-level-nfc", "gemma"})
  void theBytesOfTheTokensAreThoseOfTheNormalizedText(String kind) throws IOException {
    boolean nfc = kind.equals("byte-level-nfc");
    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve(kind))) {
      for (Case golden : cases(kind)) {
        String text =
            nfc ? Normalizer.normalize(golden.text(), Normalizer.Form.NFC) : golden.text();
        assertThat(new String(tokenizer.bytes(golden.ids()), StandardCharsets.UTF_8))
            .isEqualTo(text);
      }
    }
  }

  @Test
  void aSentencePieceVocabularyStandsForBytes() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve("llama-2"))) {
      assertThat(tokenizer.encoding()).isEqualTo(PieceEncoding.SENTENCE_PIECE);
      OptionalInt newline = tokenizer.id("<0x0A>");
      OptionalInt and = tokenizer.id("▁and▁");
      OptionalInt part = tokenizer.id("<0xE2>");
      assertThat(tokenizer.bytes(newline.orElseThrow())).containsExactly('\n');
      assertThat(tokenizer.label(newline.orElseThrow())).isEqualTo("⏎");
      assertThat(tokenizer.label(and.orElseThrow())).isEqualTo("␣and␣");
      assertThat(tokenizer.label(part.orElseThrow())).isEqualTo("⟨E2⟩");
      assertThat(tokenizer.label(tokenizer.specialTokens().bos().orElseThrow())).isEqualTo("<s>");
    }
  }

  @Test
  void bosIsPutInFrontOnceAndTakenAwayWhenAskedTo() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve("llama-2"))) {
      int bos = tokenizer.specialTokens().bos().orElseThrow();
      int[] plain = tokenizer.encode("Hello", BosPolicy.NO).ids();

      assertThat(plain).doesNotContain(bos);
      for (BosPolicy policy : new BosPolicy[] {BosPolicy.AUTO, BosPolicy.YES}) {
        assertThat(tokenizer.encode("Hello", policy).ids())
            .startsWith(bos)
            .hasSize(plain.length + 1);
      }
    }
  }

  @Test
  void vocabularyAndMergesAloneGiveTheSameTokens(@TempDir Path parts) throws IOException {
    Path whole = GOLDEN.resolve("byte-level");
    JsonNode model =
        new ObjectMapper().readTree(whole.resolve("tokenizer.json").toFile()).path("model");
    Files.writeString(parts.resolve("vocab.json"), model.path("vocab").toString());
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    for (JsonNode merge : model.path("merges")) {
      merges.append("%s %s%n".formatted(merge.path(0).asText(), merge.path(1).asText()));
    }
    Files.writeString(parts.resolve("merges.txt"), merges);

    try (Tokenizer tokenizer = Tokenizer.open(parts)) {
      for (Case golden : cases("byte-level")) {
        assertThat(tokenizer.encode(golden.text())).as(golden.text()).isEqualTo(golden.ids());
      }
      assertThat(tokenizer.endOfText()).hasValue(0);
    }
  }
}
