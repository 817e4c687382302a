package circuitscope.models.checkpoint;

import circuitscope.models.checkpoint.pickle.PickleException;
import circuitscope.models.checkpoint.pickle.PickleMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A mapped PyTorch weight file ({@code torch.save} of a state dictionary, PyTorch 1.6 and later): a
 * ZIP archive of one pickle and one stored entry a storage. The pickle is run by a machine that can
 * build nothing but tensors.
 */
final class TorchFile implements TensorFile {
  private static final String PICKLE = "data.pkl";

  private final Path file;
  private final Arena arena;
  private final SortedMap<String, StoredTensor> tensors;

  private TorchFile(Path file, Arena arena, SortedMap<String, StoredTensor> tensors) {
    this.file = file;
    this.arena = arena;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  static TorchFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return new TorchFile(file, arena, read(file, MappedFile.map(file, arena, 4)));
    } catch (PickleException e) {
      arena.close();
      throw new CheckpointException(
          file, "its pickle " + e.getMessage() + "; look for a safetensors form of the model", e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static SortedMap<String, StoredTensor> read(Path file, MemorySegment mapped) {
    if (!ZipDirectory.looksLikeZip(mapped)) {
      boolean pickle = Byte.toUnsignedInt(mapped.get(ValueLayout.JAVA_BYTE, 0)) == 0x80;
      throw new CheckpointException(
          file,
          pickle
              ? "is in the format of PyTorch before 1.6; in Python, "
                  + "torch.save(torch.load(FILE, weights_only=True), FILE) writes the present one"
              : "is not a PyTorch file (no ZIP archive); fetch it again");
    }
    ZipDirectory zip = ZipDirectory.read(file, mapped);
    String root = root(file, zip);
    if (zip.names().contains(root + "constants.pkl")) {
      throw new CheckpointException(
          file, "is a TorchScript program, not weights; fetch the model's weights");
    }
    if (!zip.find(root + "byteorder").map(TorchFile::isLittle).orElse(true)) {
      throw new CheckpointException(file, "was written on a big-endian machine; save it again");
    }
    Object value =
        PickleMachine.run(zip.find(root + PICKLE).orElseThrow(), new TorchVocabulary(zip, root));
    if (!(value instanceof Map<?, ?> state)) {
      throw new CheckpointException(file, "holds no dictionary of names to tensors");
    }
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    state.forEach((name, tensor) -> tensors.put(String.valueOf(name), named(file, name, tensor)));
    return tensors;
  }

  private static StoredTensor named(Path file, Object name, Object value) {
    if (name instanceof String text && value instanceof StridedTensor tensor) {
      return tensor.named(text);
    }
    throw new CheckpointException(
        file,
        "its entry '%s' is not a tensor; expected a plain dictionary of names to tensors, as"
                .formatted(name)
            + " model.state_dict() gives");
  }

  /** The archive's one folder, with its slash. */
  private static String root(Path file, ZipDirectory zip) {
    List<String> pickles =
        zip.names().stream()
            .filter(name -> name.matches("[^/]+/" + Pattern.quote(PICKLE)))
            .toList();
    if (pickles.size() != 1) {
      throw new CheckpointException(
          file, "has %d entries named %s, expected one".formatted(pickles.size(), PICKLE));
    }
    String pickle = pickles.getFirst();
    return pickle.substring(0, pickle.length() - PICKLE.length());
  }

  private static boolean isLittle(MemorySegment order) {
    byte[] expected = {'l', 'i', 't', 't', 'l', 'e'};
    return MemorySegment.ofArray(expected).mismatch(order) == -1;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    arena.close();
  }
}
