package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a directory make the checkpoint, and what is wrong when they do not. */
class DirectoryCheckpointTest {
  @TempDir Path folder;

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  private void weights(String file, String... names) throws IOException {
    SafetensorsWriter.write(
        folder.resolve(file),
        Map.of("file", file),
        List.of(names).stream()
            .map(name -> TensorSource.of(name, new TensorShape(2), new float[] {1, names.length}))
            .toList());
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(CheckpointException.class)
        .message()
        .startsWith(folder.toString())
        .contains(parts);
  }

  @Test
  void theWholeFileIsPreferredToTheIndexAndThatToOtherNames() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    weights("other.safetensors", "other");
    assertOpens("other");
    weights("shard.safetensors", "sharded");
    index("{\"weight_map\":{\"sharded\":\"shard.safetensors\"}}");
    assertOpens("sharded");
    weights("model.safetensors", "whole");
    assertOpens("whole");
  }

  private void assertOpens(String... names) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors().keySet()).containsExactly(names);
      assertThat(checkpoint.location()).isEqualTo(folder);
    }
  }

  @Test
  void usualNamesArePreferredAndSafetensorsAmongThem() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    Files.copy(Fixtures.PICKLED.resolve("code.bin"), folder.resolve("pytorch_model.bin"));
    weights("results.safetensors", "r");
    assertRefused("pytorch_model.bin", "'posix.system'");
    weights("model.safetensors", "a");
    assertOpens("a");
  }

  @Test
  void anUnknownNameIsRefusedNamingIt() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    weights("model.safetensors", "a");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(() -> checkpoint.tensor("b")).hasMessageContaining("no tensor 'b'");
    }
  }

  @Test
  void aDirectoryWithoutWeightsOrWithTooManyIsRefused() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    assertRefused("holds no weights", "pytorch_model.bin");
    weights("a.safetensors", "a");
    weights("b.safetensors", "b");
    assertRefused("several safetensors files [a.safetensors, b.safetensors]");
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("none")).close())
        .hasMessageContaining("does not exist");
    weights("model.safetensors", "a");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("model.safetensors")).close())
        .hasMessageContaining("give its directory");
    assertRefused("config.json: is missing");
  }

  @Test
  void severalGgufFilesAreRefusedNamingThem() throws IOException {
    Files.createFile(folder.resolve("q4.gguf"));
    Files.createFile(folder.resolve("q8.gguf"));
    assertRefused("several GGUF files [q4.gguf, q8.gguf]");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");
    weights("one.safetensors", "a");
    assertRefused("shard two.safetensors (of tensor 'b') is missing");
    weights("two.safetensors", "c");
    assertRefused("tensor 'b' should lie in shard two.safetensors, which does not hold it");
    weights("two.safetensors", "b", "c");
    assertOpens("a", "b", "c");
  }

  @Test
  void aTensorInTwoShardsIsTakenFromTheOneThatTheIndexNames() throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    index("{\"weight_map\":{\"a\":\"two.safetensors\",\"b\":\"one.safetensors\"}}");
    weights("one.safetensors", "a", "b", "x");
    weights("two.safetensors", "a");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(Fixtures.floats(checkpoint.tensor("a"))).containsExactly(1, 1);
    }
    weights("two.safetensors", "a", "x");
    assertRefused("tensor 'x' is in another shard too");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../one.safetensors\"",
        "\"/etc/passwd\"",
        "\"..\"",
        "\"a\\\\b\"",
        "\"\"",
        "1",
        "null"
      })
  void anIndexThatLeavesTheDirectoryIsRefused(String shard) throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    weights("one.safetensors", "a");
    index("{\"weight_map\":{\"a\":" + shard + "}}");
    assertRefused("expected the plain name of a file beside the index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"weight_map\":{}}", "{\"weight_map\":[]}", "{", ""})
  void anIndexThatIsNoneIsRefused(String json) throws IOException {
    config("{\"model_type\":\"gpt2\"}");
    index(json);
    assertRefused("model.safetensors.index.json: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {"quantization_config":{"quant_method":"gptq","bits":4}} | 'quantization_config' says so: gptq
          {"quantization":{"group_size":64,"bits":4}} | 'quantization' says so: unknown method
          """)
  void quantisedWeightsAreRefusedNamingTheMethod(String json, String reason) throws IOException {
    config(json);
    weights("model.safetensors", "a");
    assertRefused("config.json: the weights are quantised", reason);
  }

  @Test
  void quantisedWeightsAreKnownByTheFileBesideThem() throws IOException {
    config("{\"model_type\":\"llama\",\"quantization_config\":null}");
    weights("model.safetensors", "a");
    assertOpens("a");
    Files.writeString(folder.resolve("quantize_config.json"), "{\"bits\":4}");
    assertRefused("quantize_config.json: the weights are quantised");
  }

  @Test
  void anAdapterIsRefusedNamingItsModel() throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"peft_type\":\"LORA\",\"base_model_name_or_path\":\"org/base\"}");
    weights("adapter_model.safetensors", "a");
    assertRefused("adapter_config.json: this is an adapter (LORA) to the model org/base");
  }
}
