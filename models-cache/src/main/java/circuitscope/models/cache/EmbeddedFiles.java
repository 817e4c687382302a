package circuitscope.models.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resource folder {@code embedded} as a folder of files.
 *
 * <p>From a jar it is unpacked to {@code CACHE/embedded/KEY}, where the key comes from the entries'
 * names, sizes and checksums: another build unpacks beside, the same one finds its files. It is
 * written under a temporary name and then moved, so a folder with the key's name is complete.
 */
final class EmbeddedFiles {
  private static final String FOLDER = "embedded/";

  /** Present in every build, so that its address tells where the folder is. */
  private static final String ANCHOR = FOLDER + "README.md";

  private final ClassLoader loader;
  private final Path cache;
  private @Nullable Path root;

  EmbeddedFiles(ClassLoader loader, Path cache) {
    this.loader = loader;
    this.cache = cache;
  }

  /** Folder that holds one folder a model, and {@code text}. */
  synchronized Path root() throws IOException {
    Path found = root;
    if (found == null) {
      found = locate();
      root = found;
    }
    return found;
  }

  /** Folders with a config.json, by name. */
  List<String> models() throws IOException {
    try (Stream<Path> folders = Files.list(root())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("config.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private Path locate() throws IOException {
    URL anchor = loader.getResource(ANCHOR);
    if (anchor == null) {
      throw new IOException(
          ANCHOR + " is not on the class path: this build lacks its models; build it again");
    }
    if (anchor.getProtocol().equals("file")) {
      return Path.of(uri(anchor)).resolveSibling("");
    }
    if (anchor.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        return unpackOnce(jar);
      }
    }
    throw new IOException("%s: neither a file nor in a jar".formatted(anchor));
  }

  private Path unpackOnce(JarFile jar) throws IOException {
    List<JarEntry> entries =
        jar.stream()
            .filter(entry -> entry.getName().startsWith(FOLDER) && !entry.isDirectory())
            .sorted(Comparator.comparing(JarEntry::getName))
            .toList();
    Path target = cache.resolve("embedded").resolve(key(entries));
    if (isComplete(target, entries)) {
      return target;
    }
    Files.createDirectories(target.getParent());
    Path beside = Files.createTempDirectory(target.getParent(), "unpacking-");
    try {
      for (JarEntry entry : entries) {
        Path file = inside(beside, entry);
        Files.createDirectories(file.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
          Files.copy(content, file);
        }
      }
      deleteTree(target); // a damaged one, else it would be complete
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      deleteTree(beside); // another process was faster
    } catch (IOException e) {
      deleteTree(beside);
      if (!isComplete(target, entries)) {
        throw new IOException(
            "cannot unpack the embedded models to %s; make it writable or set CIRCUITSCOPE_CACHE"
                .formatted(target),
            e);
      }
    }
    return target;
  }

  private static boolean isComplete(Path target, List<JarEntry> entries) throws IOException {
    for (JarEntry entry : entries) {
      Path file = inside(target, entry);
      if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
        return false;
      }
    }
    return true;
  }

  private static Path inside(Path folder, JarEntry entry) throws IOException {
    Path file = folder.resolve(entry.getName().substring(FOLDER.length())).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException("the jar entry %s leaves its folder".formatted(entry.getName()));
    }
    return file;
  }

  private static String key(List<JarEntry> entries) {
    MessageDigest digest = Hashes.sha256();
    for (JarEntry entry : entries) {
      String facts = "%s %d %08x%n".formatted(entry.getName(), entry.getSize(), entry.getCrc());
      digest.update(facts.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static URI uri(URL url) throws IOException {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IOException("%s is not a path".formatted(url), e);
    }
  }
}
