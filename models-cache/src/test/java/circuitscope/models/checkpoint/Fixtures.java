package circuitscope.models.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Test files: those of {@code tests/golden/pickled_files.py}, and hand-made ones. */
final class Fixtures {
  static final Path PICKLED = Path.of("src", "test", "resources", "pickled");

  private Fixtures() {}

  /** A safetensors file of the given header text and data bytes. */
  static Path safetensors(Path file, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(file, bytes.array());
  }

  /** All elements of a tensor as FP32. */
  static float[] floats(StoredTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    tensor.widen(0, FloatBuffer.wrap(values));
    return values;
  }
}
