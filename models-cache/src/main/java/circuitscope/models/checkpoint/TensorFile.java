package circuitscope.models.checkpoint;

import java.nio.file.Path;
import java.util.SortedMap;

/** One mapped file of named tensors. Closing unmaps it. */
public interface TensorFile extends AutoCloseable {
  Path file();

  SortedMap<String, StoredTensor> tensors();

  /**
   * The tensor of that name.
   *
   * @throws CheckpointException if there is none
   */
  default StoredTensor tensor(String name) {
    StoredTensor tensor = tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(
          file(), "has no tensor '%s' among its %d".formatted(name, tensors().size()));
    }
    return tensor;
  }

  @Override
  void close();
}
