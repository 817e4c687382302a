package circuitscope.app.session.workspace;

import circuitscope.models.cache.ModelId;
import circuitscope.subnetworks.mask.MaskReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a workspace writes paths: relative to its own folder, with {@code /}, where they lie below
 * it, so that the folder can be moved or shared; absolute elsewhere.
 *
 * @param folder absolute folder of the workspace's file
 */
public record Places(Path folder) {
  private static final String HERE = "./";

  public Places {
    folder = folder.toAbsolutePath().normalize();
  }

  /** The path as it is written. */
  public String written(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (!absolute.startsWith(folder) || absolute.equals(folder)) {
      return absolute.toString();
    }
    return folder.relativize(absolute).toString().replace('\\', '/');
  }

  /** The mask as it is written, with its variant. */
  public String written(MaskReference mask) {
    return new MaskReference(Path.of(written(mask.file())), mask.variant()).toString();
  }

  /** The model as it is written; folders below begin with {@code ./}, unlike names of the hub. */
  public String written(ModelId model) {
    return switch (model) {
      case ModelId.Directory(Path path) -> below(path);
      case ModelId.GgufFile(Path file) -> below(file);
      case ModelId.RandomWeights(Path config, long seed) ->
          new ModelId.RandomWeights(config.toAbsolutePath().normalize(), seed).text();
      case ModelId.Hub hub -> hub.text();
      case ModelId.Embedded embedded -> embedded.text();
    };
  }

  private String below(Path path) {
    String written = written(path);
    return Path.of(written).isAbsolute() ? written : HERE + written;
  }

  /** The path that was written. */
  public Path resolve(String written) {
    return folder.resolve(written).normalize();
  }

  @Nullable String movedTo(Places other, @Nullable String written) {
    return written == null ? null : other.written(resolve(written));
  }

  /** The model that was written. */
  public String model(String written) {
    return written.startsWith(HERE) ? resolve(written).toString() : written;
  }

  /** Whether something lies at the path that was written. */
  boolean exists(String written) {
    return Files.exists(resolve(written));
  }
}
