package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real model, SmolLM2-135M-Instruct, which is too large to be committed: {@code -Dsmollm2.gguf}
 * names the file, {@code -Dsmollm2.reference} what {@code tests/golden/gguf/smollm2.py} wrote.
 */
@Tag("smollm2")
class SmolLm2FileTest {
  private static final Path MODEL = Path.of(System.getProperty("smollm2.gguf", "."));
  private static final Path REFERENCE = Path.of(System.getProperty("smollm2.reference", "."));

  @Test
  void everyWeightHasTheBitsThatTheGgufPackageGives() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(MODEL)) {
      assertThat(checkpoint.tensors()).hasSize(272);
      assertThat(sha256(checkpoint)).isEqualTo(reference().get("weights_sha256").textValue());
    }
  }

  @Test
  void everyTokenIsItsTokenizers() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(MODEL);
        Tokenizer tokenizer = checkpoint.tokenizer();
        SafetensorsFile expected =
            SafetensorsFile.open(REFERENCE.resolve("reference.safetensors"))) {
      IntStream.Builder ids = IntStream.builder();
      for (JsonNode document : reference().get("documents")) {
        IntStream.of(tokenizer.encode(document.textValue())).forEach(ids);
      }
      assertThat(ids.build().asLongStream().toArray())
          .isEqualTo(expected.tensor("all_ids").readLongs());
    }
  }

  /** Over the tensors in the order of names, little-endian FP32. */
  private static String sha256(Checkpoint checkpoint) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      int size = Math.toIntExact(tensor.shape().elements() * Float.BYTES);
      ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
      tensor.widen(0, bytes.asFloatBuffer());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static JsonNode reference() throws IOException {
    return new ObjectMapper().readTree(REFERENCE.resolve("reference.json").toFile());
  }
}
