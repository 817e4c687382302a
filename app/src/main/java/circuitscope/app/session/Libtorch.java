package circuitscope.app.session;

import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which libtorch this process will load, known before the engine starts.
 *
 * <p>A libtorch of another version than the engine was compiled for loads, and then fails in odd
 * ways (the layout of its C++ objects differs); so versions are compared here, from files alone.
 */
public sealed interface Libtorch {
  String REQUIRED_VERSION = "2.7.1";

  /**
   * The one that {@code PYTORCH_LIBRARY_PATH} names.
   *
   * @param version from the folder's own files; null when they do not tell
   */
  record Own(Path folder, @Nullable String version, boolean cuda) implements Libtorch {}

  /** The CPU build that ships with the product, unpacked once into the engine's cache. */
  record Bundled(Path folder, List<String> libraries, String resources) implements Libtorch {
    public boolean unpacked() {
      return Files.isRegularFile(folder.resolve("libtorch.so"));
    }
  }

  /**
   * The libtorch that the environment chooses.
   *
   * @throws SetupException when there is none, or the named folder holds none
   */
  static Libtorch find(Map<String, String> environment) {
    String own = environment.getOrDefault("PYTORCH_LIBRARY_PATH", "");
    return own.isEmpty() ? bundled(environment) : own(Path.of(own));
  }

  private static Own own(Path folder) {
    if (!Files.isRegularFile(folder.resolve("libtorch_cpu.so"))) {
      throw new SetupException(
          ("PYTORCH_LIBRARY_PATH is %s, which holds no libtorch_cpu.so. Point it at the lib folder"
                  + " of a libtorch %s, or unset it to use the CPU build that ships with"
                  + " Circuitscope.")
              .formatted(folder, REQUIRED_VERSION));
    }
    boolean cuda = Files.isRegularFile(folder.resolve("libtorch_cuda.so"));
    return new Own(folder, versionOf(folder).orElse(null), cuda);
  }

  private static Bundled bundled(Map<String, String> environment) {
    Properties packed = new Properties();
    try (InputStream in = resource("native/lib/pytorch.properties").openStream()) {
      packed.load(in);
    } catch (IOException e) {
      throw new SetupException("the bundled libtorch cannot be read; build again", e);
    }
    String version = packed.getProperty("version");
    String flavor = packed.getProperty("flavor");
    String classifier = packed.getProperty("classifier");
    return new Bundled(
        engineCache(environment).resolve(version + "-" + flavor + "-" + classifier),
        List.of(packed.getProperty("libraries").split(",")),
        "pytorch/%s/%s/".formatted(flavor, classifier));
  }

  /** Where the engine looks for unpacked native libraries. */
  static Path engineCache(Map<String, String> environment) {
    String engine = environment.getOrDefault("ENGINE_CACHE_DIR", "");
    String djl = environment.getOrDefault("DJL_CACHE_DIR", "");
    if (!engine.isEmpty() || !djl.isEmpty()) {
      return Path.of(engine.isEmpty() ? djl : engine).resolve("pytorch");
    }
    return Path.of(System.getProperty("user.home"), ".djl.ai", "pytorch");
  }

  private static Optional<String> versionOf(Path folder) {
    Pattern pattern = Pattern.compile("(?:__version__ *= *['\"])?([0-9]+\\.[0-9]+\\.[0-9]+)");
    Path parent = folder.toAbsolutePath().normalize().resolveSibling("");
    return Stream.of(
            folder.resolve("build-version"),
            parent.resolve("build-version"),
            parent.resolve("version.py"))
        .filter(Files::isRegularFile)
        .map(Libtorch::read)
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /**
   * Makes sure that the engine can start: checks the version of a libtorch of one's own, unpacks
   * the bundled one if this is its first use.
   *
   * @throws SetupException when the version is wrong or unknown, or unpacking fails
   */
  default void prepare(Map<String, String> environment, Progress progress) {
    switch (this) {
      case Own own -> check(own, environment.getOrDefault("PYTORCH_VERSION", ""));
      case Bundled bundled when !bundled.unpacked() -> unpack(bundled, progress);
      case Bundled bundled -> {}
    }
  }

  private static void check(Own own, String stated) {
    String version = own.version() == null ? stated : own.version();
    if (version.isEmpty()) {
      throw new SetupException(
          ("%s: this libtorch does not say its version (no build-version and no version.py). If it"
                  + " is %s, set PYTORCH_VERSION=%s; if not, install that version.")
              .formatted(own.folder(), REQUIRED_VERSION, REQUIRED_VERSION));
    }
    if (!version.equals(REQUIRED_VERSION)) {
      String remedy =
          "Point PYTORCH_LIBRARY_PATH at the lib folder of a libtorch %s (pip install torch==%s"
                  .formatted(REQUIRED_VERSION, REQUIRED_VERSION)
              + " puts one in site-packages/torch/lib), or unset it to use the CPU build that ships"
              + " with Circuitscope.";
      throw new SetupException(
          "%s: libtorch %s, and Circuitscope needs %s exactly; another loads and then fails. %s"
              .formatted(own.folder(), version, REQUIRED_VERSION, remedy));
    }
  }

  private static void unpack(Bundled bundled, Progress progress) {
    Path cache = bundled.folder().resolveSibling("");
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("unpack.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !bundled.unpacked()) {
          unpackLocked(bundled, cache, progress);
        }
      }
    } catch (IOException e) {
      throw new SetupException(
          ("%s: libtorch could not be unpacked there (%s). It needs 450 MB in a folder that can be"
                  + " written; DJL_CACHE_DIR chooses another one.")
              .formatted(cache, e),
          e);
    }
  }

  private static void unpackLocked(Bundled bundled, Path cache, Progress progress)
      throws IOException {
    long total = 0;
    for (String library : bundled.libraries()) {
      total += resource(bundled.resources() + library).openConnection().getContentLengthLong();
    }
    progress.begin(total, "bytes");
    // Under the lock; not a temporary folder of the JDK's, which other users could not read.
    Path beside = cache.resolve("unpacking");
    deleteUnfinished(beside);
    Files.createDirectory(beside);
    try {
      byte[] buffer = new byte[1 << 20];
      for (String library : bundled.libraries()) {
        try (InputStream in = resource(bundled.resources() + library).openStream();
            OutputStream out = Files.newOutputStream(beside.resolve(library))) {
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            progress.advance(read);
          }
        }
      }
      Files.move(beside, bundled.folder(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteUnfinished(beside);
    }
  }

  private static void deleteUnfinished(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SetupException(file + " cannot be read; it should say libtorch's version", e);
    }
  }

  private static URL resource(String name) {
    URL url = Libtorch.class.getClassLoader().getResource(name);
    if (url == null) {
      throw new SetupException(
          "the bundled CPU libtorch is not on the class path ("
              + name
              + " is missing); start Circuitscope with bin/circuitscope, or build again");
    }
    return url;
  }
}
