package circuitscope.models.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a vocabulary writes bytes as text: from a piece to the bytes that it stands for. */
public enum PieceEncoding {
  /**
   * Byte-level BPE (GPT-2): each character of a piece is one byte. The 188 printable Latin-1 bytes
   * stand for themselves, the other 68 in order for U+0100 and on.
   */
  BYTE_LEVEL {
    @Override
    byte[] bytes(String piece) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(piece.length());
      for (int i = 0; i < piece.length(); i++) {
        Byte value = BYTE_OF_LETTER.get(piece.charAt(i));
        if (value == null) { // outside the alphabet: an added token's own text
          return piece.getBytes(StandardCharsets.UTF_8);
        }
        bytes.write(value);
      }
      return bytes.toByteArray();
    }
  },

  /** SentencePiece: {@code ▁} is a space, {@code <0x0A>} one byte, all else itself. */
  SENTENCE_PIECE {
    @Override
    byte[] bytes(String piece) {
      Matcher single = SINGLE_BYTE.matcher(piece);
      return single.matches()
          ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
          : piece.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
  },

  /** A piece is its text. */
  PLAIN {
    @Override
    byte[] bytes(String piece) {
      return piece.getBytes(StandardCharsets.UTF_8);
    }
  };

  private static final Pattern SINGLE_BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
  private static final Map<Character, Byte> BYTE_OF_LETTER = byteLevelAlphabet();

  abstract byte[] bytes(String piece);

  private static Map<Character, Byte> byteLevelAlphabet() {
    Map<Character, Byte> alphabet = new HashMap<>();
    char next = '\u0100';
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      alphabet.put(printable ? (char) value : next++, (byte) value);
    }
    return Map.copyOf(alphabet);
  }
}
