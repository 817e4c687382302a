package circuitscope.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.cache.EmbeddedModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded checkpoint's tokenizer: byte-level BPE without a post-processor. */
final class TokenizerTest {
  private static final String TEXT = "Héllo 😀 world \n\t中文";

  private static Tokenizer tokenizer;
  @TempDir Path folder;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void theFactsOfTheVocabularyAreRead() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
    assertThat(tokenizer.encoding()).isEqualTo(PieceEncoding.BYTE_LEVEL);
    assertThat(tokenizer.endOfText()).hasValue(0);
    assertThat(tokenizer.specialTokens().bos()).hasValue(0);
    assertThat(tokenizer.specialTokens().pad()).isEmpty();
    assertThat(tokenizer.isSpecial(0)).isTrue();
    assertThat(tokenizer.isSpecial(1)).isFalse();
  }

  @Test
  void theBytesOfTheTokensAreTheBytesOfTheText() {
    int[] ids = tokenizer.encode(TEXT);

    assertThat(tokenizer.bytes(ids)).isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8));
    assertThat(tokenizer.decode(ids)).isEqualTo(TEXT);
  }

  @Test
  void every256BytesHaveAToken() {
    boolean[] seen = new boolean[256];
    for (int id = 1; id < tokenizer.vocabularySize(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (bytes.length == 1) {
        seen[bytes[0] & 0xFF] = true;
      }
    }
    assertThat(seen).doesNotContain(false);
  }

  @Test
  void spansCountInUtf16UnitsAndPartsOfACharacterShareIts() {
    Encoded encoded = tokenizer.encode(TEXT, BosPolicy.NO);
    int emoji = TEXT.indexOf("😀");

    assertThat(encoded.ids()).isEqualTo(tokenizer.encode(TEXT));
    assertThat(IntStream.range(0, encoded.size()).filter(i -> encoded.starts()[i] == emoji))
        .hasSize(4)
        .allSatisfy(i -> assertThat(encoded.textOf(i)).isEqualTo("😀"));
    int last = encoded.size() - 1;
    assertThat(encoded.ends()[last]).isEqualTo(TEXT.length());
    assertThat(encoded.textOf(last)).isEqualTo("文");
  }

  @Test
  void anUnpairedSurrogateShiftsNoSpan() {
    Encoded encoded = tokenizer.encode("a\uD83D b", BosPolicy.NO);

    assertThat(encoded.text()).isEqualTo("a\uFFFD b");
    assertThat(encoded.textOf(encoded.size() - 1)).isEqualTo(" b");
  }

  @Test
  void theBosPolicyIsObeyed() {
    int[] plain = tokenizer.encode("word");

    assertThat(tokenizer.encode("word", BosPolicy.AUTO).ids()).isEqualTo(plain);
    assertThat(tokenizer.encode("word", BosPolicy.NO).ids()).isEqualTo(plain);
    Encoded withBos = tokenizer.encode("word", BosPolicy.YES);
    assertThat(withBos.ids()).startsWith(0).hasSize(plain.length + 1);
    assertThat(withBos.textOf(0)).isEmpty();
    assertThat(withBos.textOf(1)).isEqualTo(withBos.text().substring(0, withBos.ends()[1]));
    assertThat(tokenizer.encode("<|endoftext|>word", BosPolicy.YES).ids()).isEqualTo(withBos.ids());
  }

  @Test
  void anEmptyTextHasNoTokens() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode("", BosPolicy.YES).ids()).containsExactly(0);
  }

  @Test
  void aTokenOutsideTheVocabularyIsAnError() {
    assertThatThrownBy(() -> tokenizer.decode(new int[] {4096}))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("token id 4096 is outside the tokenizer's vocabulary of 4096");
    assertThatThrownBy(() -> tokenizer.label(-1)).isInstanceOf(TokenizerException.class);
  }

  @Test
  void aFolderWithoutATokenizerSaysWhatHelps() {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("neither tokenizer.json nor vocab.json with merges.txt")
        .hasMessageContaining("--tokenizer DIR");
  }

  @Test
  void aSentencePieceModelAloneSaysHowToConvertIt() throws IOException {
    Files.createFile(folder.resolve("tokenizer.model"));

    assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("save_pretrained");
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    for (String damaged :
        new String[] {
          "",
          "[]",
          "{}",
          "{\"model\": 3}",
          "{\"model\": {\"vocab\": {\"a\": -1}}}",
          "{\"model\": {\"vocab\": {\"a\": 2000000000}}}",
          "{\"model\": {\"vocab\": {\"a\": 0}",
          "{\"model\": {\"vocab\": {\"a\": \"x\"}}}",
          "{\"model\": {\"vocab\": {\"a\": 0}}}"
        }) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> Tokenizer.open(folder))
          .as(damaged)
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aClosedTokenizerRefusesInsteadOfCrashing() throws IOException {
    Tokenizer closed = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
    closed.close();
    closed.close();

    assertThatThrownBy(() -> closed.encode("x")).isInstanceOf(IllegalStateException.class);
  }
}
