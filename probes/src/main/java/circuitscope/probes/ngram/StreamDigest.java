package circuitscope.probes.ngram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A digest of counted tokens that can be taken up again after a kill: a chain over blocks of {@link
 * #BLOCK_WINDOWS} windows, each link the SHA-256 of the link before it (32 zero bytes at first) and
 * the block's ids as little-endian int32. The last block may be shorter.
 */
final class StreamDigest {
  static final int BLOCK_WINDOWS = 1024;

  private final MessageDigest sha256 = VocabularyDigest.sha256();
  private byte[] link;
  private int windows; // in the block that is open

  private StreamDigest(byte[] link) {
    this.link = link;
    sha256.update(link);
  }

  static StreamDigest start() {
    return new StreamDigest(new byte[32]);
  }

  /** Goes on from a {@link #link}. */
  static StreamDigest from(String link) {
    return new StreamDigest(HexFormat.of().parseHex(link));
  }

  void update(int[] window) {
    ByteBuffer bytes =
        ByteBuffer.allocate(window.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(window);
    sha256.update(bytes);
    if (++windows == BLOCK_WINDOWS) {
      close();
    }
  }

  /** Whether a block has just ended: only there can the chain be taken up again. */
  boolean betweenBlocks() {
    return windows == 0;
  }

  /** The link after the last whole block. */
  String link() {
    return HexFormat.of().formatHex(link);
  }

  /** Ends the chain: the link after the last block, whole or not. */
  String end() {
    if (!betweenBlocks()) {
      close();
    }
    return link();
  }

  private void close() {
    link = sha256.digest();
    sha256.update(link);
    windows = 0;
  }
}
