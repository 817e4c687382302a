package circuitscope.app.session.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** SHA-256 of texts, files and folders; a file that has not changed is read once a process. */
public final class Digest {
  private record Stamp(Path real, long bytes, FileTime changed) {}

  /** Above this, files of a folder are told apart by size and time: they may be checkpoints. */
  private static final long LARGEST_READ_BYTES = 64L << 20;

  private static final Map<Stamp, String> READ = new ConcurrentHashMap<>();

  /** Say when a result was made, not what it is. */
  private static final List<String> TIMED = List.of("manifest.json", CellRecord.FILE);

  private Digest() {}

  public static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(UTF_8)));
  }

  /** The digest of a file's bytes. */
  public static String ofFile(Path file) throws IOException {
    Stamp stamp = stamp(file);
    String known = READ.get(stamp);
    if (known != null) {
      return known;
    }
    MessageDigest sha = sha256();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha)) {
      in.transferTo(out);
    }
    String digest = HexFormat.of().formatHex(sha.digest());
    READ.put(stamp, digest);
    return digest;
  }

  /** The digest of the names and bytes of everything in a folder but hidden files. */
  public static String ofFolder(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        Path name = folder.relativize(file);
        boolean hidden = Stream.of(name.toString().split("[/\\\\]", -1)).anyMatch(Digest::hidden);
        if (!hidden && !TIMED.contains(String.valueOf(file.getFileName()))) {
          Stamp stamp = stamp(file);
          boolean large = stamp.bytes > LARGEST_READ_BYTES;
          all.append(name).append('\0').append(large ? stamp : ofFile(file)).append('\0');
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause() == null ? new IOException(e) : e.getCause();
    }
    return of(all.toString());
  }

  private static boolean hidden(String name) {
    return name.startsWith(".");
  }

  private static Stamp stamp(Path file) throws IOException {
    Path real = file.toRealPath();
    return new Stamp(real, Files.size(real), Files.getLastModifiedTime(real));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
