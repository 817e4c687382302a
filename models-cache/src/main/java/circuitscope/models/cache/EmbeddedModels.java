package circuitscope.models.cache;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The checkpoint and the text that ship with the product, as ordinary files.
 *
 * <p>When the product runs from class folders they are used where they lie; from a jar they are
 * unpacked once into the user's cache.
 */
public final class EmbeddedModels {
  private static final EmbeddedFiles FILES =
      new EmbeddedFiles(EmbeddedModels.class.getClassLoader(), CacheLocations.ofUser().product());

  private EmbeddedModels() {}

  /** Names that can stand after {@code embedded:}, sorted. */
  public static List<String> list() throws IOException {
    return FILES.models();
  }

  /**
   * The folder of an embedded checkpoint.
   *
   * @throws ModelNotFoundException when there is none of that name, with those that there are
   */
  public static Path directory(String name) throws IOException {
    if (!list().contains(name)) {
      throw new ModelNotFoundException(
          "embedded:%s does not exist; this build ships %s".formatted(name, list()));
    }
    return FILES.root().resolve(name);
  }

  /**
   * The sample text, by bzip2: public-domain English, documents parted by lines {@code
   * <|endoftext|>}.
   */
  public static Path text() throws IOException {
    return FILES.root().resolve("text").resolve("public-domain.txt.bz2");
  }
}
