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
  private final SortedMap<String, StoredTensor> tensors = new TreeMap<>();
  private final SortedMap<String, String> texts = new TreeMap<>();

  private NumpyPickleFile(Path file, Arena arena) {
    this.file = file;
    this.arena = arena;
  }

  /**
   * Maps a pickle and builds its arrays.
   *
   * @throws CheckpointException if it is damaged or asks for anything but arrays and texts
   */
  public static NumpyPickleFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      NumpyPickleFile opened = new NumpyPickleFile(file, arena);
      opened.read(MappedFile.map(file, arena, 1));
      return opened;
    } catch (PickleException e) {
      arena.close();
      throw new CheckpointException(file, "this pickle " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private void read(MemorySegment mapped) {
    if (!(PickleMachine.run(mapped, new NumpyVocabulary()) instanceof Map<?, ?> arrays)) {
      throw new CheckpointException(file, "holds no dictionary of names to arrays");
    }
    for (Map.Entry<?, ?> entry : arrays.entrySet()) {
      if (entry.getKey() instanceof String name
          && entry.getValue() instanceof NumpyVocabulary.Array array) {
        tensors.put(name, array.named(name));
      } else if (entry.getKey() instanceof String name && entry.getValue() instanceof String text) {
        texts.put(name, text);
      } else {
        throw new CheckpointException(
            file, "its entry '%s' is not an array under a text".formatted(entry.getKey()));
      }
    }
  }

  /** Texts that stand beside the arrays, such as the name of a model. */
  public SortedMap<String, String> texts() {
    return Collections.unmodifiableSortedMap(texts);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public SortedMap<String, StoredTensor> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void close() {
    arena.close();
  }
}
