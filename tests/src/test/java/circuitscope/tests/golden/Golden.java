package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One reference: what Hugging Face transformers computed from a small checkpoint. */
final class Golden {
  private static final Path ROOT = Path.of("golden");

  private final Map<String, float[]> values = new HashMap<>();
  private final TokenBatch tokens;
  private double worst;
  private String worstAt = "";

  private Golden(Path file) {
    int[][] ids = new int[0][];
    try (SafetensorsFile reference = SafetensorsFile.open(file)) {
      for (StoredTensor tensor : reference.tensors().values()) {
        if (tensor.name().equals("input_ids")) {
          ids = rows(tensor);
        } else {
          FloatBuffer buffer = FloatBuffer.allocate(Math.toIntExact(tensor.shape().elements()));
          tensor.widen(0, buffer);
          values.put(tensor.name(), buffer.array());
        }
      }
    }
    tokens = TokenBatch.of(ids);
  }

  static Golden read(Path directory) {
    return new Golden(directory.resolve("golden.safetensors"));
  }

  /** Every folder that holds a checkpoint and its reference. */
  static List<Path> checkpoints() {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("golden.safetensors")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TokenBatch tokens() {
    return tokens;
  }

  /** Compares a recorded site with a tensor of the reference, if the reference has it. */
  void check(String name, Trace trace, Site site) {
    float[] expected = values.get(name);
    if (expected == null) {
      return;
    }
    float[] actual = trace.values(site);
    assertThat(actual).as("size of %s", site).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      if (!(difference <= worst)) {
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        worstAt = name + "[" + i + "]";
      }
    }
  }

  double worst() {
    return worst;
  }

  String worstAt() {
    return worstAt;
  }

  private static int[][] rows(StoredTensor tensor) {
    long[] flat = tensor.readLongs();
    int positions = Math.toIntExact(tensor.shape().dim(1));
    int[][] rows = new int[Math.toIntExact(tensor.shape().dim(0))][positions];
    for (int i = 0; i < flat.length; i++) {
      rows[i / positions][i % positions] = Math.toIntExact(flat[i]);
    }
    return rows;
  }
}
