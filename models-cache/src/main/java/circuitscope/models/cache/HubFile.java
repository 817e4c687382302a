package circuitscope.models.cache;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of a repository at one commit.
 *
 * @param address under the endpoint, not where a redirect leads
 * @param etag name of the content: its SHA-256 for large files, its git blob SHA-1 for those that
 *     lie in git, something else on some mirrors
 * @param bytes size
 */
record HubFile(String name, URI address, String etag, long bytes) {
  private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  static HubFile of(String name, URI address, HttpHeaders headers) {
    String etag =
        headers
            .firstValue("X-Linked-Etag")
            .or(() -> headers.firstValue("ETag"))
            .orElse("")
            .replaceFirst("^W/", "")
            .replace("\"", "");
    if (!SAFE_NAME.matcher(etag).matches()) {
      throw new FetchException(
          "%s: the server names its content '%s' (ETag), which cannot be a file name; is HF_ENDPOINT a Hugging Face hub?"
              .formatted(address, etag));
    }
    Optional<String> size =
        headers.firstValue("X-Linked-Size").or(() -> headers.firstValue("Content-Length"));
    if (size.isEmpty() || !size.get().matches("\\d{1,18}")) {
      throw new FetchException("%s: the server does not say its size".formatted(address));
    }
    return new HubFile(name, address, etag, Long.parseLong(size.get()));
  }

  /**
   * The hash of a file by the rule that made {@code name}; null when the name is no known hash, so
   * that nothing can be said.
   */
  static @Nullable String hashLike(String name, Path file) throws IOException {
    if (name.matches("[0-9a-f]{64}")) {
      return Hashes.sha256(file);
    }
    return name.matches("[0-9a-f]{40}") ? Hashes.gitBlob(file) : null;
  }
}
