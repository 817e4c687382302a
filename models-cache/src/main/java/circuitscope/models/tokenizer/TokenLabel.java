package circuitscope.models.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A token as it can stand on an axis: one line, nothing invisible.
 *
 * <p>Space {@code ␣}, newline {@code ⏎}, tab {@code ⇥}, other control characters as their picture
 * ({@code ␀}), characters without a shape as {@code ⟨U+200B⟩}, and bytes that are not UTF-8 (a part
 * of a character) as {@code ⟨E2⟩}.
 */
public final class TokenLabel {
  private TokenLabel() {}

  public static String of(byte[] bytes) {
    if (bytes.length == 0) {
      return "∅";
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer input = ByteBuffer.wrap(bytes);
    CharBuffer valid = CharBuffer.allocate(bytes.length);
    StringBuilder label = new StringBuilder();
    while (input.hasRemaining()) {
      CoderResult result = decoder.decode(input, valid, true);
      valid.flip().codePoints().forEach(codePoint -> append(label, codePoint));
      valid.clear();
      int malformed = result.isError() ? result.length() : 0;
      for (int i = 0; i < malformed; i++) {
        label.append("⟨%02X⟩".formatted(input.get()));
      }
      decoder.reset();
    }
    return label.toString();
  }

  private static void append(StringBuilder label, int codePoint) {
    switch (codePoint) {
      case ' ' -> label.append('␣');
      case '\n' -> label.append('⏎');
      case '\t' -> label.append('⇥');
      case 0x7F -> label.append('␡');
      default -> {
        if (codePoint < 0x20) {
          label.appendCodePoint(0x2400 + codePoint);
        } else if (isShapeless(codePoint)) {
          label.append("⟨U+%04X⟩".formatted(codePoint));
        } else {
          boolean loneMark =
              label.isEmpty() && Character.getType(codePoint) == Character.NON_SPACING_MARK;
          label.append(loneMark ? "◌" : "").appendCodePoint(codePoint);
        }
      }
    }
  }

  private static boolean isShapeless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
