package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models of every family against their Hugging Face twins. */
class GgufCheckpointTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "gpt2"})
  void everyTensorIsItsHuggingFaceTwinInNameShapeAndBits(String model) {
    JsonNode expected = Golden.json(model + ".json").get("tensors");
    Set<String> names = new HashSet<>();
    expected.fieldNames().forEachRemaining(names::add);
    try (Checkpoint checkpoint = GgufCheckpoint.open(Golden.file(model + ".gguf"))) {
      assertThat(checkpoint.tensors().keySet()).isEqualTo(names);
      checkpoint
          .tensors()
          .forEach(
              (name, tensor) -> {
                JsonNode twin = expected.get(name);
                assertThat(tensor.name()).isEqualTo(name);
                assertThat(tensor.shape().toString())
                    .as(name)
                    .isEqualTo(twin.get("shape").toString().replace(",", ", "));
                assertThat(Golden.sha256(Golden.widened(tensor)))
                    .as(name)
                    .isEqualTo(twin.get("sha256").textValue());
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "gpt2"})
  void anyRangeOfAReorderedTensorIsThatRangeOfTheWhole(String model) {
    Random random = new Random(1);
    try (Checkpoint checkpoint = GgufCheckpoint.open(Golden.file(model + ".gguf"))) {
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        float[] whole = Golden.widened(tensor);
        for (int trial = 0; trial < 20; trial++) {
          int from = random.nextInt(whole.length);
          int to = from + random.nextInt(whole.length - from + 1);
          FloatBuffer into = FloatBuffer.allocate(to - from + 2).position(1).limit(1 + to - from);
          tensor.widen(from, into);
          assertThat(Arrays.copyOfRange(into.array(), 1, 1 + to - from))
              .as("%s from %d to %d", tensor, from, to)
              .isEqualTo(Arrays.copyOfRange(whole, from, to));
        }
      }
    }
  }

  @Test
  void theLlamaConfigurationHasHuggingFaceKeysAndLlama3Scaling() {
    try (Checkpoint checkpoint = GgufCheckpoint.open(Golden.file("llama.gguf"))) {
      HfConfig config = checkpoint.config();
      assertThat(config.modelType()).isEqualTo("llama");
      assertThat(config.intValue("hidden_size")).isEqualTo(32);
      assertThat(config.intValue("num_hidden_layers")).isEqualTo(2);
      assertThat(config.intValue("num_attention_heads")).isEqualTo(4);
      assertThat(config.intValue("num_key_value_heads")).isEqualTo(2);
      assertThat(config.intValue("head_dim")).isEqualTo(8);
      assertThat(config.intValue("intermediate_size")).isEqualTo(64);
      assertThat(config.intValue("max_position_embeddings")).isEqualTo(512);
      assertThat(config.intValue("vocab_size")).isEqualTo(50);
      assertThat(config.doubleValue("rms_norm_eps")).isEqualTo(1e-5);
      assertThat(config.doubleValue("rope_theta")).isEqualTo(500);
      assertThat(config.boolOr(false, "tie_word_embeddings")).isTrue();
      assertThat(config.intValue("bos_token_id")).isEqualTo(1);
      HfConfig scaling = config.object("rope_scaling").orElseThrow();
      assertThat(scaling.stringOr("", "rope_type")).isEqualTo("llama3");
      assertThat(scaling.doubleValue("factor")).isEqualTo(8);
      assertThat(scaling.doubleValue("low_freq_factor")).isEqualTo(1);
      assertThat(scaling.doubleValue("high_freq_factor")).isEqualTo(4);
      assertThat(scaling.intValue("original_max_position_embeddings")).isEqualTo(64);
    }
  }

  @Test
  void theQwen2AndGpt2ConfigurationsHaveTheirOwnKeys() {
    try (Checkpoint qwen2 = GgufCheckpoint.open(Golden.file("qwen2.gguf"));
        Checkpoint gpt2 = GgufCheckpoint.open(Golden.file("gpt2.gguf"))) {
      assertThat(qwen2.config().modelType()).isEqualTo("qwen2");
      assertThat(qwen2.config().boolOr(true, "tie_word_embeddings")).isFalse();
      assertThat(qwen2.config().doubleValue("rope_theta")).isEqualTo(1e6);
      assertThat(qwen2.config().has("rope_scaling")).isFalse();
      assertThat(gpt2.config().modelType()).isEqualTo("gpt2");
      assertThat(gpt2.config().intValue("n_inner")).isEqualTo(96);
      assertThat(gpt2.config().intValue("n_positions")).isEqualTo(64);
      assertThat(gpt2.config().doubleValue("layer_norm_epsilon")).isEqualTo(1e-5);
      assertThat(gpt2.config().boolOr(false, "tie_word_embeddings")).isTrue();
    }
  }

  @Test
  void storedTypesStayThoseOfTheFile() {
    try (Checkpoint checkpoint = GgufCheckpoint.open(Golden.file("llama.gguf"))) {
      assertThat(checkpoint.tensor("model.embed_tokens.weight").type()).isEqualTo(StoredType.Q4_1);
      assertThat(checkpoint.tensor("model.norm.weight").type()).isEqualTo(StoredType.F32);
      assertThat(checkpoint.digest()).hasSize(64);
    }
  }
}
