package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers from metadata against Hugging Face's of the same vocabulary. */
class GgufTokenizerTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"smollm", "llama-bpe", "qwen2", "gpt-2", "default", "llama"})
  void everyTokenizerGivesHuggingFacesTokens(String pre) {
    try (Tokenizer tokenizer = open("tokenizer-%s.gguf".formatted(pre))) {
      for (JsonNode expected : Golden.json("tokenizer-%s.json".formatted(pre))) {
        String text = expected.get("text").textValue();
        int[] ids = new ObjectMapper().convertValue(expected.get("ids"), int[].class);
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
        if (!pre.equals("qwen2")) { // which composes characters
          assertThat(tokenizer.decode(ids)).isEqualTo(text);
        }
      }
    }
  }

  @Test
  void bosIsAddedWhereTheFileSaysSo() {
    try (Tokenizer adds = open("tokenizer-llama-bpe.gguf");
        Tokenizer addsNot = open("tokenizer-smollm.gguf")) {
      assertThat(adds.encode("a", BosPolicy.AUTO).ids()).hasSize(2).startsWith(0);
      assertThat(addsNot.encode("a", BosPolicy.AUTO).ids()).hasSize(1);
      assertThat(adds.specialTokens().eos()).hasValue(1);
      assertThat(adds.isSpecial(0)).isTrue();
      assertThat(adds.isSpecial(adds.id("<tool>").orElseThrow())).isFalse();
    }
  }

  @Test
  void aFileWithoutTokenizerOrWithAnUnknownOneIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> open("types-v3.gguf"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("types-v3.gguf: has no tokenizer; give")
        .hasMessageContaining("--tokenizer DIR");
    refused("bert", "default", "a", "tokenizer.ggml.model is 'bert'");
    refused("gpt2", "klingon", "a", "tokenizer.ggml.pre is 'klingon', expected one of gpt-2");
    refused("gpt2", "gpt-2", "b", "merge 'a b' is not of tokens in the vocabulary");
  }

  @Test
  void aTokenThatIsThereTwiceIsRefused() {
    GgufBytes bytes = GgufBytes.header(3, 0, 1).text("tokenizer.ggml.tokens");
    refused(
        bytes.i32(GgufBytes.ARRAY).i32(GgufBytes.STRING).i64(2).text("a").text("a"),
        "token 'a' is both 0 and 1");
  }

  private void refused(String model, String pre, String token, String message) {
    refused(
        GgufBytes.header(3, 0, 4)
            .text("tokenizer.ggml.model", model)
            .text("tokenizer.ggml.pre", pre)
            .text("tokenizer.ggml.tokens")
            .i32(GgufBytes.ARRAY)
            .i32(GgufBytes.STRING)
            .i64(1)
            .text(token)
            .text("tokenizer.ggml.merges")
            .i32(GgufBytes.ARRAY)
            .i32(GgufBytes.STRING)
            .i64(1)
            .text("a b"),
        message);
  }

  private void refused(GgufBytes bytes, String message) {
    try (GgufFile file = GgufFile.open(bytes.write(directory))) {
      assertThatThrownBy(() -> GgufTokenizer.open(file.metadata()))
          .isInstanceOfAny(TokenizerException.class, CheckpointException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("--tokenizer DIR");
    }
  }

  private static Tokenizer open(String name) {
    try (GgufFile file = GgufFile.open(Golden.file(name))) {
      return GgufTokenizer.open(file.metadata());
    }
  }
}
