package circuitscope.models.cache;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user writes to name a model; {@link #parse} tells the forms apart and {@link #text()}
 * writes them back.
 *
 * <pre>
 * path/to/folder               a folder with config.json and weights
 * path/to/model.gguf           a GGUF file
 * ORG/NAME[@REV], NAME[@REV]   a Hugging Face repository, looked up in the local cache
 * embedded:NAME                a checkpoint that ships with the product
 * random:CONFIG.json@SEED      the architecture of a config with random weights
 * </pre>
 *
 * An existing path always wins over a repository of the same name.
 */
public sealed interface ModelId {
  String FORMS =
      "a model is a folder, a .gguf file, ORG/NAME[@REVISION], embedded:NAME or"
          + " random:CONFIG.json@SEED";

  /** The shortest text that parses to this id again (from the same working directory). */
  String text();

  /** A folder laid out as Hugging Face does it. */
  record Directory(Path path) implements ModelId {
    @Override
    public String text() {
      return path.toString();
    }
  }

  /** One GGUF file. */
  record GgufFile(Path file) implements ModelId {
    @Override
    public String text() {
      return file.toString();
    }
  }

  /**
   * A repository of the Hugging Face hub.
   *
   * @param repository {@code ORG/NAME}, or {@code NAME} for the few without an organisation
   * @param revision branch, tag, or a commit hash of which at least 7 digits are given
   */
  record Hub(String repository, String revision) implements ModelId {
    public static final String DEFAULT_REVISION = "main";
    private static final Pattern REPOSITORY =
        Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]*");

    public Hub {
      if (!REPOSITORY.matcher(repository).matches()
          || repository.contains("--")
          || repository.contains("..")) {
        throw new ModelIdException(
            "'%s' cannot be the name of a Hugging Face repository; %s"
                .formatted(repository, FORMS));
      }
      if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
        throw new ModelIdException(
            "'%s' cannot be a revision of %s; a revision is a branch, a tag or a commit hash"
                .formatted(revision, repository));
      }
    }

    public Hub(String repository) {
      this(repository, DEFAULT_REVISION);
    }

    @Override
    public String text() {
      return revision.equals(DEFAULT_REVISION) ? repository : repository + "@" + revision;
    }
  }

  /** A checkpoint that ships with the product. */
  record Embedded(String name) implements ModelId {
    public static final String PREFIX = "embedded:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    public Embedded {
      if (!NAME.matcher(name).matches()) {
        throw new ModelIdException(
            "'%s%s' names no model; try embedded:gpt2-4l".formatted(PREFIX, name));
      }
    }

    @Override
    public String text() {
      return PREFIX + name;
    }
  }

  /**
   * An architecture with weights drawn from a seed, for benchmarks and controls.
   *
   * @param config a Hugging Face config.json
   */
  record RandomWeights(Path config, long seed) implements ModelId {
    public static final String PREFIX = "random:";

    @Override
    public String text() {
      return PREFIX + config + "@" + seed;
    }
  }

  /**
   * Tells which form {@code text} has. Only looks whether paths exist; reads no file.
   *
   * @throws ModelIdException when it has none of the forms, or names a path that is not there
   */
  static ModelId parse(String text) {
    if (text.isBlank()) {
      throw new ModelIdException("an empty text names no model; " + FORMS);
    }
    if (text.startsWith(Embedded.PREFIX)) {
      return new Embedded(text.substring(Embedded.PREFIX.length()));
    }
    if (text.startsWith(RandomWeights.PREFIX)) {
      return parseRandom(text);
    }
    Path path = pathOrNull(text);
    if (path != null && Files.isDirectory(path)) {
      return new Directory(path);
    }
    if (path != null && Files.exists(path)) {
      return parseFile(path);
    }
    if (looksLikePath(text)) {
      throw new ModelIdException(
          "%s: no such file or folder (looked for %s); %s"
              .formatted(text, path == null ? text : path.toAbsolutePath(), FORMS));
    }
    int at = text.indexOf('@');
    return at < 0 ? new Hub(text) : new Hub(text.substring(0, at), text.substring(at + 1));
  }

  private static ModelId parseFile(Path file) {
    if (file.toString().endsWith(".gguf")) {
      return new GgufFile(file);
    }
    throw new ModelIdException(
        "%s is a file but not a .gguf file; give the folder that holds config.json and the weights"
            .formatted(file));
  }

  private static ModelId parseRandom(String text) {
    Matcher parts = Pattern.compile("random:(.+)@(-?\\d{1,18})").matcher(text);
    if (!parts.matches()) {
      throw new ModelIdException(
          "'%s' is not random:CONFIG.json@SEED with a whole number as seed".formatted(text));
    }
    Path config = pathOrNull(parts.group(1));
    if (config == null || !Files.isRegularFile(config)) {
      throw new ModelIdException(
          "%s: no such config file (looked for %s)"
              .formatted(text, config == null ? parts.group(1) : config.toAbsolutePath()));
    }
    return new RandomWeights(config, Long.parseLong(parts.group(2)));
  }

  private static boolean looksLikePath(String text) {
    return text.startsWith("/")
        || text.startsWith(".")
        || text.startsWith("~")
        || text.endsWith("/")
        || text.contains("\\")
        || (text.indexOf('/') != text.lastIndexOf('/') && text.indexOf('@') < 0)
        || text.matches(".*\\.(gguf|json|safetensors|bin)");
  }

  private static @Nullable Path pathOrNull(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
