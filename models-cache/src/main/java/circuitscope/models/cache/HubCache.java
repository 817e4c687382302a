package circuitscope.models.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cache that Hugging Face's own tools keep, read in place.
 *
 * <pre>
 * models--ORG--NAME/refs/REVISION        one line: the commit it stands for
 * models--ORG--NAME/snapshots/COMMIT/    the files by name: links into blobs, or the files themselves
 * models--ORG--NAME/blobs/HASH           the contents
 * </pre>
 */
public final class HubCache {
  private static final Pattern COMMIT_PREFIX = Pattern.compile("[0-9a-f]{7,40}");

  private final Path root;

  public HubCache(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  /** One snapshot of one repository. {@code bytes} follows links; {@code references} are sorted. */
  public record Snapshot(
      String repository, String commit, List<String> references, Path directory, long bytes) {}

  /** The folder of a repository, whether it exists or not. */
  public Path repositoryFolder(String repository) {
    return root.resolve("models--" + repository.replace("/", "--"));
  }

  /**
   * The snapshot folder of a revision: a branch or tag by its reference, or a commit by at least
   * seven digits.
   *
   * @throws ModelNotFoundException when it is not here, with what is here and how to get it
   */
  public Path snapshot(ModelId.Hub id) throws IOException {
    Path folder = repositoryFolder(id.repository());
    if (!Files.isDirectory(folder)) {
      throw new ModelNotFoundException(
          "%s is neither a folder nor a repository in the Hugging Face cache (looked for %s). Run:"
                  .formatted(id.text(), folder)
              + fetchCommand(id));
    }
    Path snapshots = folder.resolve("snapshots");
    Optional<String> commit = commitOf(folder, id.revision());
    if (commit.isEmpty()) {
      throw new ModelNotFoundException(
          "%s: revision '%s' is not in the cache (looked for %s; %s holds references %s and commits %s). Run:"
                  .formatted(
                      id.text(),
                      id.revision(),
                      folder.resolve("refs").resolve(id.revision()),
                      folder,
                      references(folder).keySet(),
                      names(snapshots))
              + fetchCommand(id));
    }
    Path snapshot = snapshots.resolve(commit.get());
    if (!holdsModel(snapshot)) {
      throw new ModelNotFoundException(
          "%s: %s holds neither config.json nor a .gguf file, so its download was not finished. Run:"
                  .formatted(id.text(), snapshot)
              + fetchCommand(id));
    }
    return snapshot;
  }

  /** Every snapshot in the cache, by repository and commit. */
  public List<Snapshot> list() throws IOException {
    List<Snapshot> snapshots = new ArrayList<>();
    for (String name : names(root)) {
      if (name.startsWith("models--")) {
        Path folder = root.resolve(name);
        Map<String, String> references = references(folder);
        for (String commit : names(folder.resolve("snapshots"))) {
          Path directory = folder.resolve("snapshots").resolve(commit);
          List<String> pointing =
              references.keySet().stream()
                  .filter(reference -> commit.equals(references.get(reference)))
                  .toList();
          snapshots.add(
              new Snapshot(
                  name.substring("models--".length()).replace("--", "/"),
                  commit,
                  pointing,
                  directory,
                  bytes(directory)));
        }
      }
    }
    return List.copyOf(snapshots);
  }

  /** How a user gets a model into this cache. */
  static String fetchCommand(ModelId.Hub id) {
    return " circuitscope models fetch " + id.text();
  }

  private static Optional<String> commitOf(Path folder, String revision) throws IOException {
    Path reference = folder.resolve("refs").resolve(revision);
    if (Files.isRegularFile(reference)) {
      String commit = Files.readString(reference).strip();
      return COMMIT_PREFIX.matcher(commit).matches() ? Optional.of(commit) : Optional.empty();
    }
    if (!COMMIT_PREFIX.matcher(revision).matches()) {
      return Optional.empty();
    }
    List<String> matching =
        names(folder.resolve("snapshots")).stream()
            .filter(commit -> commit.startsWith(revision))
            .toList();
    if (matching.size() > 1) {
      throw new ModelNotFoundException(
          "%s: the commit prefix '%s' stands for several commits: %s"
              .formatted(folder, revision, matching));
    }
    return matching.stream().findFirst();
  }

  private static boolean holdsModel(Path snapshot) throws IOException {
    return Files.exists(snapshot.resolve("config.json"))
        || names(snapshot).stream().anyMatch(name -> name.endsWith(".gguf"));
  }

  private static Map<String, String> references(Path folder) throws IOException {
    Path refs = folder.resolve("refs");
    Map<String, String> references = new TreeMap<>();
    if (Files.isDirectory(refs)) {
      try (Stream<Path> files = Files.walk(refs)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          references.put(
              refs.relativize(file).toString().replace('\\', '/'), Files.readString(file).strip());
        }
      }
    }
    return references;
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  private static long bytes(Path directory) throws IOException {
    long bytes = 0;
    for (String name : names(directory)) {
      Path file = directory.resolve(name);
      bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
    }
    return bytes;
  }
}
