package circuitscope.models.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Hashes the files of a cached snapshot again, by the hashes that their contents are named for. */
public final class SnapshotCheck {
  private SnapshotCheck() {}

  /** What can be said of a file. */
  public enum Verdict {
    /** The content has the hash that it is named for. */
    INTACT,
    /** It does not: fetch again after deleting it. */
    DAMAGED,
    /** The link leads to nothing. */
    MISSING,
    /** A file without a hash to compare with. */
    UNKNOWN
  }

  /**
   * One file's verdict.
   *
   * @param expected the hash that the content is named for; empty when unknown
   * @param blob the file that holds the content
   */
  public record FileCheck(String name, Verdict verdict, String expected, Path blob) {}

  /** Checks every file of a snapshot folder, by name. Reads all of them. */
  public static List<FileCheck> check(Path snapshot) throws IOException {
    List<Path> files;
    try (Stream<Path> children = Files.walk(snapshot)) {
      files = children.filter(file -> !Files.isDirectory(file)).sorted().toList();
    }
    List<FileCheck> checks = new ArrayList<>();
    for (Path file : files) {
      checks.add(check(snapshot, file));
    }
    return checks;
  }

  private static FileCheck check(Path snapshot, Path file) throws IOException {
    String name = snapshot.relativize(file).toString();
    if (!Files.isSymbolicLink(file)) {
      return checkCopy(snapshot, file, name);
    }
    Path blob = file.resolveSibling(Files.readSymbolicLink(file)).normalize();
    String expected = blob.getFileName().toString();
    if (!Files.isRegularFile(blob)) {
      return new FileCheck(name, Verdict.MISSING, expected, blob);
    }
    String hash = HubFile.hashLike(expected, blob);
    Verdict verdict =
        hash == null ? Verdict.UNKNOWN : hash.equals(expected) ? Verdict.INTACT : Verdict.DAMAGED;
    return new FileCheck(name, verdict, hash == null ? "" : expected, blob);
  }

  /** A file that is no link is intact if its hash is the name of some content beside. */
  private static FileCheck checkCopy(Path snapshot, Path file, String name) throws IOException {
    Path blobs = snapshot.resolve("../../blobs").normalize();
    for (String hash : List.of(Hashes.gitBlob(file), Hashes.sha256(file))) {
      if (Files.exists(blobs.resolve(hash))) {
        return new FileCheck(name, Verdict.INTACT, hash, file);
      }
    }
    return new FileCheck(name, Verdict.UNKNOWN, "", file);
  }
}
