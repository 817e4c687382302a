package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.StoredTensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What {@code tests/golden/gguf/make_gguf.py} wrote; regenerate, never hand-edit. */
final class Golden {
  private Golden() {}

  static Path file(String name) {
    return Path.of("src", "test", "resources", "gguf", name);
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] widened(StoredTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    tensor.widen(0, FloatBuffer.wrap(values));
    return values;
  }

  /** SHA-256 of the little-endian FP32 bytes. */
  static String sha256(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
