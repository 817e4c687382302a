package circuitscope.probes.corpus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over token ids as little-endian int64, in the order of their use: names an input. */
public final class TokenDigest {
  private final MessageDigest sha256;

  public TokenDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** Digest of a batch {@code [batch, position]}, row by row. */
  public static String of(int[][] ids) {
    TokenDigest digest = new TokenDigest();
    for (int[] row : ids) {
      digest.update(row);
    }
    return digest.hex();
  }

  public void update(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int id : ids) {
      bytes.putLong(id);
    }
    sha256.update(bytes.flip());
  }

  /** The digest of all ids so far, in hexadecimal; starts afresh after that. */
  public String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }
}
