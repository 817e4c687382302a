package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointDigest;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * A GGUF file as a checkpoint of the model it was made from: tensors under Hugging Face's names,
 * shapes and row order, the configuration in Hugging Face's keys. Stored types and bytes stay the
 * file's.
 */
public final class GgufCheckpoint implements Checkpoint {
  private final GgufFile file;
  private final HfConfig config;
  private final SortedMap<String, StoredTensor> tensors;

  private GgufCheckpoint(GgufFile file) {
    GgufFamily family = GgufFamily.of(file.metadata());
    ObjectNode json = GgufConfig.of(file, family);
    this.file = file;
    this.config = HfConfig.of(file.file(), json);
    this.tensors = family.tensors(file, GgufConfig.headWidth(json));
  }

  /**
   * Maps the file and reads its header; no tensor is touched.
   *
   * @throws CheckpointException if the file is damaged or a part of several, its architecture is
   *     not supported, or one of its tensors is of a type that is not
   */
  public static GgufCheckpoint open(Path file) {
    GgufFile opened = GgufFile.open(file);
    try {
      return new GgufCheckpoint(opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public Path location() {
    return file.file();
  }

  @Override
  public HfConfig config() {
    return config;
  }

  @Override
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public Tokenizer tokenizer() {
    return GgufTokenizer.open(file.metadata());
  }

  @Override
  public String digest() {
    return CheckpointDigest.cached(List.of(file.file()), tensors.values());
  }

  @Override
  public void close() {
    file.close();
  }
}
