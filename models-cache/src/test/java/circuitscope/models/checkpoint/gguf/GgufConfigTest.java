package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What metadata may say of a model, and what is refused by name. */
class GgufConfigTest {
  private static final int FLOAT32 = 6;
  private static final int F32 = 0;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"mamba", "mixtral", "gemma2", ""})
  void anArchitectureThatIsNotReadIsNamed(String architecture) {
    refused(
        GgufBytes.header(3, 0, 1).text("general.architecture", architecture),
        "'general.architecture' is '%s', expected llama, qwen2, gpt2".formatted(architecture));
  }

  @Test
  void aMixtureOfExpertsIsNamed() {
    refused(model(1, 0).uint32("llama.expert_count", 8), "a mixture of 8 experts");
  }

  @Test
  void aMissingKeyIsNamed() {
    refused(
        GgufBytes.header(3, 0, 1).text("general.architecture", "llama"),
        "'llama.embedding_length' is missing");
  }

  @Test
  void headsThatDoNotDivideAreRefused() {
    refused(model(1, 0).uint32("llama.attention.head_count_kv", 3), "a divisor of the 2 heads");
    refused(model(1, 0).uint32("llama.rope.dimension_count", 2), "is 2, expected 4");
    refused(model(1, 0).uint32("llama.attention.key_length", 3), "an even width of a head");
  }

  @Test
  void aScalingThatIsNotKnownIsNamed() {
    refused(
        model(2, 0)
            .text("llama.rope.scaling.type", "longrope")
            .text("llama.rope.scaling.factor")
            .i32(FLOAT32)
            .i32(Float.floatToIntBits(4)),
        "'llama.rope.scaling.type' is 'longrope', expected none, linear or yarn");
  }

  @Test
  void aTensorThatTheFamilyDoesNotHaveIsNamed() {
    refused(
        model(0, 2)
            .tensor("blk.0.attn_q_norm.weight", F32, 64, 4)
            .tensor("token_embd.weight", F32, 0, 8, 2)
            .data(32, 96),
        "tensor 'blk.0.attn_q_norm.weight' is not one that the 'llama' architecture has");
  }

  @Test
  void rotaryDivisorsThatLlama3DoesNotGiveAreRefused() {
    refused(
        model(0, 2)
            .tensor("rope_freqs.weight", F32, 64, 3)
            .tensor("token_embd.weight", F32, 0, 8, 2)
            .data(32, 96),
        "tensor 'rope_freqs.weight' has 3 values, expected the 2 divisors of Llama 3's");
  }

  @Test
  void aModelWithoutEmbeddingIsRefused() {
    refused(model(0, 0), "token_embd.weight");
  }

  @Test
  void aWindowShorterThanTheContextMakesItMistral() {
    Path file =
        model(1, 1)
            .uint32("llama.attention.sliding_window", 4)
            .tensor("token_embd.weight", F32, 0, 8, 2)
            .data(32, 64)
            .write(directory);
    try (Checkpoint checkpoint = GgufCheckpoint.open(file)) {
      assertThat(checkpoint.config().modelType()).isEqualTo("mistral");
      assertThat(checkpoint.config().intValue("sliding_window")).isEqualTo(4);
      assertThat(checkpoint.config().doubleValue("rope_theta")).isEqualTo(10000);
    }
  }

  /** A llama of width 8 with 2 heads, with room for further values and tensors. */
  private static GgufBytes model(int moreValues, int tensors) {
    return GgufBytes.header(3, tensors, 7 + moreValues)
        .text("general.architecture", "llama")
        .uint32("llama.embedding_length", 8)
        .uint32("llama.attention.head_count", 2)
        .uint32("llama.block_count", 1)
        .uint32("llama.feed_forward_length", 16)
        .uint32("llama.context_length", 16)
        .text("llama.attention.layer_norm_rms_epsilon")
        .i32(FLOAT32)
        .i32(Float.floatToIntBits(1e-5f));
  }

  private void refused(GgufBytes bytes, String message) {
    Path file = bytes.write(directory);
    assertThatThrownBy(() -> GgufCheckpoint.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }
}
