package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What identifies a set of weights: SHA-256 over each tensor in the order of names, as {@code name
 * NUL dtype NUL shape NUL bytes} with the shape written {@code [3, 4]}.
 *
 * <p>A remembered digest is filed under a hash of the files' real paths, sizes and times of change.
 */
public final class CheckpointDigest {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDigest.class);
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** What one update takes: {@code MessageDigest} wants buffers, which end at 2 GiB. */
  private static final long SLICE_BYTES = 64 << 20;

  private CheckpointDigest() {}

  /** Reads every byte of every tensor. */
  public static String of(Collection<StoredTensor> tensors) {
    MessageDigest sha = sha256();
    tensors.stream()
        .sorted(Comparator.comparing(StoredTensor::name))
        .forEach(
            tensor -> {
              String head = tensor.name() + '\0' + tensor.type() + '\0' + tensor.shape() + '\0';
              sha.update(head.getBytes(UTF_8));
              MemorySegment bytes = tensor.bytes();
              for (long from = 0; from < bytes.byteSize(); from += SLICE_BYTES) {
                long length = Math.min(SLICE_BYTES, bytes.byteSize() - from);
                sha.update(bytes.asSlice(from, length).asByteBuffer());
              }
            });
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * The digest of {@code tensors}, which lie in {@code files}: remembered, or computed and kept.
   */
  public static String cached(Collection<Path> files, Collection<StoredTensor> tensors) {
    return cached(files, tensors, defaultCache());
  }

  static String cached(Collection<Path> files, Collection<StoredTensor> tensors, Path cache) {
    try {
      Path kept = cache.resolve(key(files));
      if (Files.isRegularFile(kept)) {
        String digest = Files.readString(kept).strip();
        if (HEX.matcher(digest).matches()) {
          return digest;
        }
      }
      String digest = of(tensors);
      keep(kept, digest);
      return digest;
    } catch (IOException e) {
      LOG.debug("no digest remembered in {}", cache, e);
      return of(tensors);
    }
  }

  private static void keep(Path kept, String digest) {
    try {
      Path directory = kept.toAbsolutePath().getParent();
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "digest", ".part");
      Files.writeString(part, digest + "\n");
      Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.debug("the digest cannot be remembered in {}", kept, e);
    }
  }

  private static String key(Collection<Path> files) throws IOException {
    MessageDigest sha = sha256();
    List<Path> sorted = files.stream().sorted().toList();
    for (Path file : sorted) {
      Path real = file.toRealPath();
      String stamp =
          "%s\0%d\0%s\0".formatted(real, Files.size(real), Files.getLastModifiedTime(real));
      sha.update(stamp.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static Path defaultCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg != null && Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("circuitscope").resolve("digests");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
