package circuitscope.tests.cli;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Floating-point tensors of a safetensors file, as arrays. */
final class Tensors {
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Tensor(long[] shape, float[] values) {}

  private Tensors() {}

  static Map<String, Tensor> read(Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      for (StoredTensor stored : opened.tensors().values()) {
        float[] values = new float[Math.toIntExact(stored.shape().elements())];
        stored.widen(0, FloatBuffer.wrap(values));
        tensors.put(stored.name(), new Tensor(stored.shape().dims(), values));
      }
    }
    return tensors;
  }

  /** One tensor of a file that has it. */
  static Tensor read(Path file, String name) {
    return Objects.requireNonNull(read(file).get(name), name);
  }

  /** The attention patterns {@code [batch, head, query, key]} of a trace, layer by layer. */
  static List<Tensor> patterns(Path trace) {
    Map<String, Tensor> tensors = read(trace);
    List<Tensor> patterns = new ArrayList<>();
    for (int layer = 0; ; layer++) {
      Tensor pattern = tensors.get("blocks.%d.attn.hook_pattern".formatted(layer));
      if (pattern == null) {
        return patterns;
      }
      patterns.add(pattern);
    }
  }
}
