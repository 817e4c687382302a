package circuitscope.probes.ngram;

import circuitscope.models.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over a tokenizer's pieces as its file writes them, in the order of their ids, each after
 * its length in UTF-8 bytes as big-endian int32: what says which token an id is.
 */
public final class VocabularyDigest {
  private VocabularyDigest() {}

  public static String of(Tokenizer tokenizer) {
    MessageDigest sha256 = sha256();
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      byte[] piece = tokenizer.piece(id).getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, piece.length));
      sha256.update(piece);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
