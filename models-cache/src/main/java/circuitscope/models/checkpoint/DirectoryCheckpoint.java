package circuitscope.models.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/** A Hugging Face directory: {@code config.json} and one or several mapped weight files. */
final class DirectoryCheckpoint implements Checkpoint {
  private final Path directory;
  private final HfConfig config;
  private final List<TensorFile> files;
  private final SortedMap<String, StoredTensor> tensors;

  private DirectoryCheckpoint(
      Path directory,
      HfConfig config,
      List<TensorFile> files,
      SortedMap<String, StoredTensor> tensors) {
    this.directory = directory;
    this.config = config;
    this.files = files;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * @param weights a weight file or the index of a sharded one
   */
  static DirectoryCheckpoint open(Path directory, Path weights) {
    Path configFile = directory.resolve("config.json");
    if (!Files.isRegularFile(configFile)) {
      throw new CheckpointException(
          configFile, "is missing; the weights alone do not say what model they are");
    }
    HfConfig config = HfConfig.read(configFile);
    UnsupportedForms.refuseQuantized(directory, config);
    List<TensorFile> files = new ArrayList<>();
    try {
      if (!weights.toString().endsWith(".index.json")) {
        files.add(openFile(weights));
        return new DirectoryCheckpoint(directory, config, files, files.getFirst().tensors());
      }
      ShardIndex index = ShardIndex.read(weights);
      for (Path shard : index.shards()) {
        files.add(openFile(shard));
      }
      return new DirectoryCheckpoint(directory, config, files, index.gather(files));
    } catch (RuntimeException | Error e) {
      files.forEach(TensorFile::close);
      throw e;
    }
  }

  private static TensorFile openFile(Path file) {
    return file.toString().endsWith(".safetensors")
        ? SafetensorsFile.open(file)
        : TorchFile.open(file);
  }

  @Override
  public Path location() {
    return directory;
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
  public String digest() {
    Collection<Path> paths = files.stream().map(TensorFile::file).toList();
    return CheckpointDigest.cached(paths, tensors.values());
  }

  @Override
  public void close() {
    files.forEach(TensorFile::close);
  }
}
