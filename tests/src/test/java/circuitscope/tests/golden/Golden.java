package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.TensorShape;
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

/**
 * One reference file: named FP32 tensors that Hugging Face transformers computed. Patterns lie in
 * it as lower triangles and of the logits the first positions ({@code golden/references.py}).
 */
public final class Golden {
  private static final Path ROOT = Path.of("golden");

  private final Map<String, float[]> values = new HashMap<>();
  private int[][] ids = new int[0][];
  private double worst;
  private String worstAt = "";

  private Golden() {}

  /** The values of a reference file. */
  public static Golden read(Path file) {
    Golden golden = new Golden();
    try (SafetensorsFile reference = SafetensorsFile.open(file)) {
      for (StoredTensor tensor : reference.tensors().values()) {
        if (tensor.name().equals("input_ids")) {
          golden.ids = rows(tensor);
        } else {
          FloatBuffer buffer = FloatBuffer.allocate(Math.toIntExact(tensor.shape().elements()));
          tensor.widen(0, buffer);
          boolean triangles = tensor.name().startsWith("attentions.");
          golden.values.put(
              tensor.name(), triangles ? squares(buffer.array(), tensor.shape()) : buffer.array());
        }
      }
    }
    return golden;
  }

  /**
   * What transformers computes from a folder. A kind of folder holds a second, right reference
   * beside the first; {@code golden/README.md} says why.
   */
  static Golden of(Path directory) {
    Golden golden = read(directory.resolve("golden.safetensors"));
    Path better = directory.resolve("golden_sdpa.safetensors");
    if (Files.exists(better)) {
      Golden right = read(better);
      golden.values.clear();
      golden.values.putAll(right.values);
    }
    return golden;
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

  static Path folder(String name) {
    return ROOT.resolve(name);
  }

  TokenBatch tokens() {
    return TokenBatch.of(ids);
  }

  /** A tensor by its name; patterns are whole, [row, head, query, key]. */
  public float[] get(String name) {
    float[] value = values.get(name);
    assertThat(value).as(name).isNotNull();
    return value;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Compares a recorded site with a tensor of the reference, if the reference has it. */
  void check(String name, Trace trace, Site site) {
    if (has(name)) {
      check(name, trace.values(site));
    }
  }

  /** Compares values with a tensor of the reference, logits at the positions that it holds. */
  void check(String name, float[] computed) {
    float[] expected = get(name);
    float[] actual = name.equals("logits") ? leading(computed, expected.length) : computed;
    assertThat(actual).as("size of %s", name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      if (!(difference <= worst)) {
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        worstAt = name + "[" + i + "]";
      }
    }
  }

  /** Largest absolute difference so far. */
  double worst() {
    return worst;
  }

  /** Where it was. */
  String worstAt() {
    return worstAt;
  }

  /** The first positions of every row, {@code size} numbers in all. */
  private float[] leading(float[] values, int size) {
    int rows = ids.length;
    float[] leading = new float[size];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          values, row * (values.length / rows), leading, row * (size / rows), size / rows);
    }
    return leading;
  }

  /** Squares with zeros above from their lower triangles, [row, head, T (T + 1) / 2]. */
  private static float[] squares(float[] triangles, TensorShape shape) {
    int packed = Math.toIntExact(shape.dim(2));
    int positions = (int) Math.sqrt(2.0 * packed);
    float[] squares = new float[triangles.length / packed * positions * positions];
    int next = 0;
    for (int line = 0; line < squares.length / positions; line++) {
      int query = line % positions;
      System.arraycopy(triangles, next, squares, line * positions, query + 1);
      next += query + 1;
    }
    return squares;
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
