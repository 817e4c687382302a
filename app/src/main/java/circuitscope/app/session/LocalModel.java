package circuitscope.app.session;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.cache.HubCache;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One model that is on this machine: embedded, or in the Hugging Face cache.
 *
 * @param model as {@code --model} takes it
 */
public record LocalModel(String model, long bytes, String location, List<String> references) {

  /** The embedded ones, then those of the cache. */
  public static List<LocalModel> list() throws IOException {
    List<LocalModel> models = new ArrayList<>();
    for (String name : EmbeddedModels.list()) {
      Path folder = EmbeddedModels.directory(name);
      models.add(
          new LocalModel(
              ModelId.Embedded.PREFIX + name, size(folder), folder.toString(), List.of()));
    }
    for (HubCache.Snapshot snapshot : ModelCache.ofUser().hub().list()) {
      boolean main = snapshot.references().contains(ModelId.Hub.DEFAULT_REVISION);
      models.add(
          new LocalModel(
              snapshot.repository() + (main ? "" : "@" + snapshot.commit().substring(0, 12)),
              snapshot.bytes(),
              snapshot.directory().toString(),
              snapshot.references()));
    }
    return models;
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
