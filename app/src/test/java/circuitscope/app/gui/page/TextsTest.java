package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void aCommandIsQuotedAsAShellNeedsIt() {
    assertThat(ShellWords.join(List.of("loss", "--text", "It's here", "--ids", "a.st:x")))
        .isEqualTo("loss --text 'It'\\''s here' --ids a.st:x");
  }

  @Test
  void numbersKeepFiveDigits() {
    assertThat(Numbers.text(0.123456789)).isEqualTo("0.12346");
    assertThat(Numbers.text(12)).isEqualTo("12");
    assertThat(Numbers.text(1.0f)).isEqualTo("1");
    assertThat(Numbers.text(0.000012346)).isEqualTo("1.235e-05");
    assertThat(Numbers.text(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.bytes(8_800_000)).isEqualTo("9 MB");
  }

  @Test
  void termsAreExplainedWithTheirPaper() {
    assertThat(Glossary.explained("the logit lens of a model")).contains("nostalgebraist 2020");
  }
}
