package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Versions;
import circuitscope.probes.model.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tuned lenses as safetensors: {@code translators.L.weight} {@code [out, in]} and {@code
 * translators.L.bias}, in FP32 (FP64 of an FP64 model), so that in Python h + h @ weight.T + bias
 * is translated. The metadata binds them to the digest of the weights that they were trained for.
 */
final class TunedLensFile {
  static final String FORMAT = "format";
  static final String VERSION = "circuitscope-tuned-lens-1";
  static final String MODEL_DIGEST = "model_digest";
  private static final String MODEL = "model";
  private static final String TRANSFORMS = "transforms";
  private static final String KIND = "kind";
  private static final String BIAS = "bias";

  private TunedLensFile() {}

  /** What a lens of that model is bound to. */
  static SortedMap<String, String> bound(Model model, boolean biasOnly) {
    SortedMap<String, String> entries = new TreeMap<>();
    entries.put(MODEL, model.identity().origin());
    entries.put(MODEL_DIGEST, model.identity().digest());
    entries.put(TRANSFORMS, String.join("; ", model.identity().transforms()));
    entries.put("norm", "final norm as in the model, nothing folded");
    entries.put(KIND, biasOnly ? BIAS : "affine");
    return entries;
  }

  /** Writes a lens with its provenance; the file appears when it is whole. */
  static void write(Path file, TunedLens lens, Map<String, String> provenance) throws IOException {
    Map<String, String> metadata = new TreeMap<>(provenance);
    metadata.put(FORMAT, VERSION);
    metadata.put("versions", Json.pretty(Versions.current()));
    write(file, metadata, lens.named());
  }

  static void write(Path file, Map<String, String> metadata, SortedMap<String, NDArray> arrays)
      throws IOException {
    List<TensorSource> tensors = new ArrayList<>();
    arrays.forEach((name, array) -> tensors.add(source(name, array)));
    try (PendingOutput pending = PendingOutput.file(file)) {
      SafetensorsWriter.write(pending.path(), metadata, tensors);
      pending.commit();
    }
  }

  private static TensorSource source(String name, NDArray array) {
    StoredType type = array.getDataType() == DataType.FLOAT64 ? StoredType.F64 : StoredType.F32;
    return new TensorSource(
        name,
        type,
        new TensorShape(array.getShape().getShape()),
        channel -> {
          ByteBuffer bytes = array.toByteBuffer();
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  static TunedLens open(Path path, Model model, boolean otherWeights) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!VERSION.equals(metadata.get(FORMAT))) {
        throw new CheckpointException(
            path,
            "is no tuned lens of 'residual tune': its metadata has %s '%s', expected '%s'"
                .formatted(FORMAT, metadata.getOrDefault(FORMAT, "nothing"), VERSION));
      }
      boolean biasOnly = BIAS.equals(metadata.get(KIND));
      if (!otherWeights) {
        checkBound(path, metadata, bound(model, biasOnly));
      }
      TunedLens lens = TunedLens.zero(model, biasOnly);
      try {
        load(file, lens.named());
        if (file.tensors().size() != lens.named().size()) {
          throw new CheckpointException(
              path,
              "holds %d tensors, and the lens of a model of %d layers has %d"
                  .formatted(file.tensors().size(), lens.layers(), lens.named().size()));
        }
        return lens;
      } catch (RuntimeException e) {
        lens.close();
        throw e;
      }
    }
  }

  private static void checkBound(
      Path path, Map<String, String> metadata, SortedMap<String, String> bound) {
    for (String key : List.of(MODEL_DIGEST, TRANSFORMS)) {
      String had = metadata.getOrDefault(key, "nothing");
      if (!had.equals(bound.get(key))) {
        throw new CheckpointException(
            path,
            "was trained for other weights: %s '%s' of %s, and this model, %s, has '%s'; train a"
                    .formatted(
                        key,
                        had,
                        metadata.getOrDefault(MODEL, "an unnamed model"),
                        bound.get(MODEL),
                        bound.get(key))
                + " lens for it with 'residual tune', or take this one with --other-weights");
      }
    }
  }

  /** Overwrites arrays with those of a file of the same names and shapes. */
  static void load(SafetensorsFile file, SortedMap<String, NDArray> arrays) {
    arrays.forEach(
        (name, array) -> {
          StoredTensor stored = file.tensors().get(name);
          Shape shape = array.getShape();
          if (stored == null || !shape.equals(new Shape(stored.shape().dims()))) {
            throw new CheckpointException(
                file.file(),
                "'%s' is %s, expected %s; it is of another model"
                    .formatted(name, stored == null ? "absent" : stored.shape(), shape));
          }
          DataType type = stored.type() == StoredType.F64 ? DataType.FLOAT64 : DataType.FLOAT32;
          try (NDManager scope = array.getManager().newSubManager()) {
            NDArray saved = scope.create(stored.bytes().asByteBuffer(), shape, type);
            array.set(new NDIndex("0:{}", shape.get(0)), saved.toType(array.getDataType(), false));
          }
        });
  }
}
