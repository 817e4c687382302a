package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/**
 * SHA-256 of a mask: for each matrix in the order of names, {@code name NUL shape NUL bits}, the
 * shape written {@code [3, 4]}, the bits packed eight a byte, lowest first.
 */
final class MaskDigest {
  private MaskDigest() {}

  static String of(Collection<MaskMatrix> inOrder) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (MaskMatrix matrix : inOrder) {
      sha.update((matrix.name() + '\0' + matrix.shape() + '\0').getBytes(UTF_8));
      sha.update(PackedBits.of(matrix));
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
