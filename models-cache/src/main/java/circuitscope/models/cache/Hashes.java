package circuitscope.models.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The two hashes by which the hub names contents. Both are lower-case hexadecimal. */
final class Hashes {
  private Hashes() {}

  /** SHA-256 of a file, the name of a large-file (LFS) content. */
  static String sha256(Path file) throws IOException {
    return of(sha256(), file);
  }

  /** SHA-1 of git's blob header and the file, the name of a content kept in git itself. */
  static String gitBlob(Path file) throws IOException {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    return of(digest, file);
  }

  static MessageDigest sha256() {
    return digest("SHA-256");
  }

  private static String of(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[1 << 20];
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is part of every JDK", e);
    }
  }
}
