package circuitscope.models.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** From the name of a model to its files on this machine. Never touches the network. */
public final class ModelCache {
  private final HubCache hub;

  public ModelCache(HubCache hub) {
    this.hub = hub;
  }

  /** Looks where Hugging Face's own tools look. */
  public static ModelCache ofUser() {
    return new ModelCache(new HubCache(CacheLocations.ofUser().hub()));
  }

  public HubCache hub() {
    return hub;
  }

  /**
   * The folder of a model; for {@link ModelId.GgufFile} the file, for {@link ModelId.RandomWeights}
   * the config file.
   *
   * @throws ModelNotFoundException when it is not there: what was looked for where, and the remedy
   * @throws IOException when the cache cannot be read or an embedded model cannot be unpacked
   */
  public Path resolve(ModelId id) throws IOException {
    return switch (id) {
      case ModelId.Directory(Path path) -> existing(path, Files.isDirectory(path), "folder");
      case ModelId.GgufFile(Path file) -> existing(file, Files.isRegularFile(file), "file");
      case ModelId.RandomWeights(Path config, long _) ->
          existing(config, Files.isRegularFile(config), "config file");
      case ModelId.Embedded(String name) -> EmbeddedModels.directory(name);
      case ModelId.Hub repository -> hub.snapshot(repository);
    };
  }

  private static Path existing(Path path, boolean exists, String kind) {
    if (!exists) {
      throw new ModelNotFoundException(
          "%s: no such %s (looked for %s)".formatted(path, kind, path.toAbsolutePath()));
    }
    return path;
  }
}
