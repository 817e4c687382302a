package circuitscope.models.cache;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the hub may be reached.
 *
 * @param endpoint HF_ENDPOINT, else https://huggingface.co
 * @param token HF_TOKEN, else HUGGING_FACE_HUB_TOKEN, else what a login left in the token file;
 *     sent to the endpoint's host only
 * @param offline HF_HUB_OFFLINE is 1: every fetch is refused
 * @param timeout longest silence of a server before a try counts as failed
 * @param retryPause pause before the first retry; doubled before each further one
 */
public record HubAccess(
    URI endpoint, @Nullable String token, boolean offline, Duration timeout, Duration retryPause) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /** As this user's environment says. */
  public static HubAccess ofUser() throws IOException {
    return of(System.getenv(), CacheLocations.ofUser().hubToken());
  }

  static HubAccess of(Map<String, String> environment, Path tokenFile) throws IOException {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "");
    String token = environment.getOrDefault("HF_TOKEN", "").strip();
    if (token.isEmpty()) {
      token = environment.getOrDefault("HUGGING_FACE_HUB_TOKEN", "").strip();
    }
    if (token.isEmpty() && Files.isReadable(tokenFile)) {
      token = Files.readString(tokenFile).strip();
    }
    String offline = environment.getOrDefault("HF_HUB_OFFLINE", "").toUpperCase(Locale.ROOT);
    return new HubAccess(
        endpointOf(endpoint.isBlank() ? "https://huggingface.co" : endpoint.strip()),
        token.isEmpty() ? null : token,
        TRUE.contains(offline),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1));
  }

  private static URI endpointOf(String text) {
    try {
      URI endpoint = URI.create(text.replaceAll("/+$", ""));
      if (("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))
          && endpoint.getHost() != null) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      throw new FetchException("HF_ENDPOINT=%s is no address".formatted(text), e);
    }
    throw new FetchException(
        "HF_ENDPOINT=%s is not an address such as https://huggingface.co".formatted(text));
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "HubAccess[%s, %s]".formatted(endpoint, token == null ? "no token" : "with a token");
  }
}
