package circuitscope.probes.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that appears whole or not at all: written beside its place under a hidden name,
 * moved there by {@link #commit}, deleted by {@link #close} when it was not committed.
 *
 * <p>A folder's files are moved one by one, so that what else lies in an existing folder stays.
 */
public final class PendingOutput implements AutoCloseable {
  private static final Set<Path> PENDING = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path beside;
  private final boolean folder;

  private PendingOutput(Path target, boolean folder) throws IOException {
    this.target = target.toAbsolutePath().normalize();
    this.folder = folder;
    Path parent = this.target.getParent();
    if (parent == null) {
      throw new IOException(target + " is the root of a file system; name a file or folder in it");
    }
    Files.createDirectories(parent);
    this.beside =
        parent.resolve("." + this.target.getFileName() + ".part-" + ProcessHandle.current().pid());
    delete(beside);
    PENDING.add(beside);
    if (folder) {
      Files.createDirectories(beside);
    }
  }

  /** Deletes what processes that are no more left unfinished beside {@code target}. */
  public static void deleteLeft(Path target) throws IOException {
    Path parent = target.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    String start = "." + target.getFileName() + ".part-";
    try (Stream<Path> list = Files.list(parent)) {
      for (Path left : list.toList()) {
        String name = String.valueOf(left.getFileName());
        if (name.matches(Pattern.quote(start) + "\\d{1,18}")
            && ProcessHandle.of(Long.parseLong(name.substring(start.length()))).isEmpty()) {
          delete(left);
        }
      }
    }
  }

  public static PendingOutput file(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new IOException(target + " is a folder; name a file in it");
    }
    return new PendingOutput(target, false);
  }

  public static PendingOutput folder(Path target) throws IOException {
    if (Files.isRegularFile(target)) {
      throw new IOException(target + " is a file; results need a folder");
    }
    return new PendingOutput(target, true);
  }

  /** Where to write: a file to create, or an empty folder. */
  public Path path() {
    return beside;
  }

  /** Moves what was written to its place, replacing files of the same names. */
  public void commit() throws IOException {
    if (folder) {
      Files.deleteIfExists(target.resolve(ResultFiles.MANIFEST)); // half of two results is none
      for (Path file : files()) {
        Path place = target.resolve(beside.relativize(file));
        Files.createDirectories(place.resolveSibling(""));
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
      }
      delete(beside);
    } else {
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    }
    PENDING.remove(beside);
  }

  /** The manifest comes last: where it is, everything is. */
  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(beside)) {
      return walk.filter(Files::isRegularFile)
          .sorted((a, b) -> Boolean.compare(isManifest(a), isManifest(b)))
          .toList();
    }
  }

  private static boolean isManifest(Path file) {
    return file.endsWith(ResultFiles.MANIFEST);
  }

  @Override
  public void close() {
    if (PENDING.remove(beside)) {
      delete(beside);
    }
  }

  /** Deletes whatever is half-written in this process; for its last moments after a Ctrl-C. */
  public static void abandonAll() {
    PENDING.forEach(PendingOutput::delete);
  }

  private static void delete(Path root) {
    if (Files.notExists(root)) {
      return;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
                throws IOException {
              Files.delete(emptied);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("could not delete the unfinished " + root, e);
    }
  }
}
