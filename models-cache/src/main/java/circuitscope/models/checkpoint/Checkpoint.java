package circuitscope.models.checkpoint;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * A model's configuration and its named tensors, memory-mapped: opening costs the headers only, and
 * a tensor's bytes are touched when it is read. Closing unmaps, after which no tensor may be read.
 */
public interface Checkpoint extends AutoCloseable {

  /**
   * Opens a Hugging Face directory ({@code config.json} with safetensors or {@code
   * pytorch_model.bin}, whole or sharded), a GGUF file, or a directory that holds one GGUF file.
   *
   * @throws CheckpointException if it is damaged, or of a form that is not supported (quantised,
   *     adapter, pickle with code), naming what it is
   */
  static Checkpoint open(Path location) {
    return CheckpointForm.find(location).open();
  }

  /** The directory or file that was opened. */
  Path location();

  HfConfig config();

  /** Every tensor by its name in the file. */
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
          location(), "has no tensor '%s' among its %d".formatted(name, tensors().size()));
    }
    return tensor;
  }

  /**
   * The tokenizer that lies with the weights: the directory's files, or what a GGUF file says.
   *
   * @throws TokenizerException if there is none, or none that can be read, with the remedy
   */
  default Tokenizer tokenizer() throws IOException {
    return Tokenizer.open(location());
  }

  /**
   * SHA-256 (hex) over name, dtype, shape and stored bytes of every tensor in the order of names.
   * The same weights give the same digest whatever the file form. Reads everything the first time;
   * remembered by path, size and time of change.
   */
  String digest();

  @Override
  void close();
}
