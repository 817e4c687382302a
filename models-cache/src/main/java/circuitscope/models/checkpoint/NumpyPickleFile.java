package circuitscope.models.checkpoint;

import circuitscope.models.checkpoint.pickle.PickleException;
import circuitscope.models.checkpoint.pickle.PickleMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A mapped Python pickle of a dictionary from names to NumPy arrays, the form in which some weight
 * masks are published. Arrays are slices of the file; nothing but arrays can be built.
 */
public final class NumpyPickleFile implements TensorFile {
  private final Path file;
  private final Arena arena;
  private final SortedMap<String, StoredTensor> tensors;

  private NumpyPickleFile(Path file, Arena arena, SortedMap<String, StoredTensor> tensors) {
    this.file = file;
    this.arena = arena;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * Maps a pickle and builds its arrays.
   *
   * @throws CheckpointException if it is damaged or asks for anything but arrays
   */
  public static NumpyPickleFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return new NumpyPickleFile(file, arena, read(file, MappedFile.map(file, arena, 1)));
    } catch (PickleException e) {
      arena.close();
      throw new CheckpointException(file, "this pickle " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static SortedMap<String, StoredTensor> read(Path file, MemorySegment mapped) {
    if (!(PickleMachine.run(mapped, new NumpyVocabulary()) instanceof Map<?, ?> arrays)) {
      throw new CheckpointException(file, "holds no dictionary of names to arrays");
    }
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    arrays.forEach(
        (name, value) -> {
          if (!(name instanceof String text) || !(value instanceof NumpyVocabulary.Array array)) {
            throw new CheckpointException(
                file, "its entry '%s' is not an array under a text".formatted(name));
          }
          tensors.put(text, array.named(text));
        });
    return tensors;
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
