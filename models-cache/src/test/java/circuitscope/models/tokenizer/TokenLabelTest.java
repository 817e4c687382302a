package circuitscope.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TokenLabelTest {
  private static String label(String text) {
    return TokenLabel.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String label(int... bytes) {
    byte[] values = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = (byte) bytes[i];
    }
    return TokenLabel.of(values);
  }

  @Test
  void whitespaceIsVisible() {
    assertThat(label(" the")).isEqualTo("␣the");
    assertThat(label("a\n\t b\r")).isEqualTo("a⏎⇥␣b␍");
  }

  @Test
  void controlAndShapelessCharactersAreNamed() {
    assertThat(label("\0\u007f")).isEqualTo("␀␡");
    assertThat(label("\u200b\u00a0\u202e")).isEqualTo("⟨U+200B⟩⟨U+00A0⟩⟨U+202E⟩");
  }

  @Test
  void bytesThatAreNoCharacterAreShownAsBytes() {
    assertThat(label(0xE2)).isEqualTo("⟨E2⟩");
    assertThat(label(' ', 0xE2, 0x80)).isEqualTo("␣⟨E2⟩⟨80⟩");
    assertThat(label(0x98, 0x80, 'x')).isEqualTo("⟨98⟩⟨80⟩x");
    assertThat(label(0xF0, 0x9F, 0x98)).isEqualTo("⟨F0⟩⟨9F⟩⟨98⟩");
    assertThat(label(0xC0, 0xAF)).isEqualTo("⟨C0⟩⟨AF⟩");
  }

  @Test
  void wholeCharactersStay() {
    assertThat(label("中😀é")).isEqualTo("中😀é");
    assertThat(label("\u0301")).isEqualTo("◌\u0301");
    assertThat(label("")).isEqualTo("∅");
  }
}
