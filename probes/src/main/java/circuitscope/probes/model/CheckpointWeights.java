package circuitscope.probes.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.MappedTensor;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.WeightScan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fills slots from a checkpoint: every name and shape is checked before the first byte of a weight
 * is read, then each tensor is read once (widened, looked through for NaN, in one pass) and put on
 * the device.
 */
final class CheckpointWeights implements WeightSource {
  /** Largest piece handed to the engine at once, in values: a direct buffer of 1 GiB. */
  private static final int MAX_PIECE = 1 << 28;

  private final Checkpoint checkpoint;
  private final DecoderSpec spec;
  private final TensorMap map;
  private final Precision precision;
  private final LoadProgress progress;
  private final boolean tied;
  private final Set<String> used = new TreeSet<>();
  private final WeightScan scan = new WeightScan();
  private final long totalBytes;
  private long doneBytes;
  private @Nullable Weight embedding;

  /**
   * @throws CheckpointException for missing, unexpected or wrongly shaped tensors, all at once
   */
  CheckpointWeights(
      Checkpoint checkpoint,
      DecoderSpec spec,
      TensorMap map,
      Precision precision,
      boolean tied,
      LoadProgress progress) {
    this.checkpoint = checkpoint;
    this.spec = spec;
    this.map = map;
    this.precision = precision;
    this.progress = progress;
    this.tied = tied;
    check();
    totalBytes = used.stream().mapToLong(name -> stored(name).bytes().byteSize()).sum();
  }

  /**
   * Refuses what was loaded if it holds NaN or infinities.
   *
   * @throws CheckpointException naming the tensors
   */
  void refuseNotFinite() {
    scan.refuseFindings(checkpoint.location());
  }

  @Override
  public @Nullable Weight load(Slot slot, int layer, NDManager manager) {
    String name = resolved(slot, layer);
    if (name == null) {
      return slot == Slot.UNEMBED ? embedding : null;
    }
    if (slot == Slot.UNEMBED && tied && embedding != null && sameBytes(name, embedding.name())) {
      return embedding;
    }
    boolean inOut = map.inOut().contains(slot);
    List<String> parts = parts(name, slot);
    List<NDArray> arrays = new ArrayList<>();
    for (String part : parts) {
      StoredTensor tensor = stored(part);
      arrays.add(onDevice(tensor, manager));
      doneBytes += tensor.bytes().byteSize();
      progress.loaded(part, doneBytes, totalBytes);
    }
    NDArray array = arrays.get(0);
    if (parts.size() > 1 || name.contains("%d")) {
      array = ai.djl.ndarray.NDArrays.stack(new ai.djl.ndarray.NDList(arrays));
      arrays.forEach(NDArray::close);
    }
    Weight weight = new Weight(name, array, inOut);
    if (slot == Slot.EMBED) {
      embedding = weight;
    }
    return weight;
  }

  private void check() {
    List<String> problems = new ArrayList<>();
    for (int layer = -1; layer < spec.layers(); layer++) {
      for (Slot slot : Slot.values()) {
        if (slot.ofLayer() == layer >= 0) {
          checkSlot(slot, layer, problems);
        }
      }
    }
    for (String name : checkpoint.tensors().keySet()) {
      if (!used.contains(name) && !map.ignored().test(name)) {
        problems.add("unexpected tensor '" + name + "'");
      }
    }
    if (!problems.isEmpty()) {
      int shown = Math.min(problems.size(), 8);
      String more =
          problems.size() > shown ? " and %d more".formatted(problems.size() - shown) : "";
      throw new CheckpointException(
          checkpoint.location(),
          "does not hold the %s model that config.json describes: %s%s. config.json and the weights"
              .formatted(spec.family(), String.join("; ", problems.subList(0, shown)), more)
              .concat(" may be from different models; fetch both again."));
    }
  }

  private void checkSlot(Slot slot, int layer, List<String> problems) {
    String name = resolved(slot, layer);
    if (name == null) {
      String wanted = map.name(slot, layer);
      boolean fromEmbedding = slot == Slot.UNEMBED && tied;
      if (wanted != null && !fromEmbedding) {
        problems.add("missing tensor '" + wanted + "'");
      }
      return;
    }
    long[] dims = slot.shape(spec);
    List<String> parts = parts(name, slot);
    TensorShape expected =
        name.contains("%d")
            ? new TensorShape(dims[1])
            : map.inOut().contains(slot)
                ? new TensorShape(dims[1], dims[0])
                : new TensorShape(dims);
    for (String part : parts) {
      StoredTensor tensor = checkpoint.tensors().get(part);
      if (tensor == null) {
        problems.add("missing tensor '" + part + "'");
      } else if (!tensor.shape().equals(expected)) {
        problems.add(
            "tensor '%s' has shape %s, expected %s".formatted(part, tensor.shape(), expected));
      }
      used.add(part);
    }
  }

  /** One tensor, or one a head where the name still has a place for the head. */
  private List<String> parts(String name, Slot slot) {
    if (!name.contains("%d")) {
      return List.of(name);
    }
    List<String> parts = new ArrayList<>();
    for (int head = 0; head < slot.shape(spec)[0]; head++) {
      parts.add(name.replace("%d", Integer.toString(head)));
    }
    return parts;
  }

  /** The name in the file: with the family's prefix, without it, or under the tied twin's name. */
  private @Nullable String resolved(Slot slot, int layer) {
    String name = map.name(slot, layer);
    if (name == null) {
      return null;
    }
    String found = present(name);
    if (found == null && slot == Slot.EMBED && tied) {
      String unembed = map.name(Slot.UNEMBED, -1);
      found = unembed == null ? null : present(unembed);
    }
    if (found == null && slot == Slot.UNEMBED) {
      // transformers 5 writes GPT-NeoX's embed_out as lm_head.
      found = present("lm_head.weight");
    }
    return found;
  }

  private @Nullable String present(String name) {
    SortedMap<String, StoredTensor> tensors = checkpoint.tensors();
    String probe = name.replace("%d", "0");
    if (tensors.containsKey(probe)) {
      return name;
    }
    if (name.startsWith(map.prefix())
        && tensors.containsKey(probe.substring(map.prefix().length()))) {
      return name.substring(map.prefix().length());
    }
    return null;
  }

  private StoredTensor stored(String name) {
    return checkpoint.tensor(name);
  }

  private boolean sameBytes(String a, String b) {
    return a.equals(b) || stored(a).bytes().mismatch(stored(b).bytes()) < 0;
  }

  /** Widens in pieces of whole rows, at most {@link #MAX_PIECE} values each. */
  private NDArray onDevice(StoredTensor tensor, NDManager manager) {
    TensorShape shape = tensor.shape();
    long rows = shape.rank() == 0 ? 1 : shape.dim(0);
    long rowSize = shape.elements() / Math.max(rows, 1);
    long rowsAtOnce = Math.max(1, MAX_PIECE / Math.max(rowSize, 1));
    Shape whole = new Shape(shape.dims());
    if (rows <= rowsAtOnce) {
      return typed(piece(tensor, 0, shape.elements(), whole, manager));
    }
    NDArray array = manager.create(whole, precision.dataType());
    for (long row = 0; row < rows; row += rowsAtOnce) {
      long end = Math.min(rows, row + rowsAtOnce);
      long[] dims = shape.dims();
      dims[0] = end - row;
      long from = row * rowSize;
      try (NDArray part =
          typed(piece(tensor, from, (end - row) * rowSize, new Shape(dims), manager))) {
        array.set(new NDIndex("{}:{}", row, end), part);
      }
    }
    return array;
  }

  private NDArray typed(NDArray array) {
    if (array.getDataType() == precision.dataType()) {
      return array;
    }
    NDArray typed = array.toType(precision.dataType(), false);
    array.close();
    return typed;
  }

  private NDArray piece(
      StoredTensor tensor, long from, long elements, Shape shape, NDManager manager) {
    boolean onGpu = manager.getDevice().isGpu();
    // Read straight into the engine's own host memory: no Java buffer that only the garbage
    // collector would free.
    try (NDManager staging = NDManager.newBaseManager(Device.cpu())) {
      NDArray host;
      if (onGpu && tensor instanceof MappedTensor mapped && mapped.type() == StoredType.F16) {
        host = staging.create(shape, DataType.FLOAT16); // a GPU widens halves itself
        mapped.copyHalves(from, memory(host, elements).asShortBuffer(), scan);
      } else {
        host = staging.create(shape, DataType.FLOAT32);
        tensor.widen(from, memory(host, elements).asFloatBuffer(), scan);
      }
      if (onGpu) {
        NDArray device = host.toDevice(manager.getDevice(), true);
        device.attach(manager);
        return device;
      }
      host.attach(manager);
      return host;
    }
  }

  private static ByteBuffer memory(NDArray host, long elements) {
    ByteBuffer buffer = host.toByteBuffer(true).order(ByteOrder.nativeOrder());
    if (buffer.capacity() != elements * host.getDataType().getNumOfBytes() || !buffer.isDirect()) {
      throw new IllegalStateException("the engine gave no direct view of its host memory");
    }
    HugePages.advise(buffer);
    return buffer;
  }
}
