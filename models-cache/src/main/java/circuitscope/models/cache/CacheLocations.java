package circuitscope.models.cache;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where caches lie, by the environment variables that huggingface_hub reads, in its order.
 *
 * @param hub the Hugging Face cache: HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else hub under
 *     HF_HOME, else huggingface/hub under XDG_CACHE_HOME or ~/.cache
 * @param hubToken the file in which a login leaves its token: HF_TOKEN_PATH, else token beside hub
 * @param product what this product may write for itself: CIRCUITSCOPE_CACHE, else circuitscope
 *     under XDG_CACHE_HOME or ~/.cache
 */
public record CacheLocations(Path hub, Path hubToken, Path product) {

  /** The caches of this user. */
  public static CacheLocations ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /** The caches of a user with this environment and home folder. */
  public static CacheLocations of(Map<String, String> environment, Path home) {
    Path caches = folder(environment.get("XDG_CACHE_HOME"), home, home.resolve(".cache"));
    Path huggingFace = folder(environment.get("HF_HOME"), home, caches.resolve("huggingface"));
    Path older = folder(environment.get("HUGGINGFACE_HUB_CACHE"), home, huggingFace.resolve("hub"));
    return new CacheLocations(
        folder(environment.get("HF_HUB_CACHE"), home, older),
        folder(environment.get("HF_TOKEN_PATH"), home, huggingFace.resolve("token")),
        folder(environment.get("CIRCUITSCOPE_CACHE"), home, caches.resolve("circuitscope")));
  }

  private static Path folder(@Nullable String value, Path home, Path otherwise) {
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    return value.equals("~") || value.startsWith("~/")
        ? home.resolve(value.length() > 2 ? value.substring(2) : "")
        : Path.of(value);
  }
}
