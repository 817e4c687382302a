package circuitscope.app.gui.attention;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.gui.analysis.OpenPage;
import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AttentionViewModelTest {
  private final OpenPage open = new OpenPage();
  private final AttentionViewModel page = new AttentionViewModel(open.services());

  @AfterEach
  void close() {
    page.close();
    open.close();
  }

  private AttentionViewModel.Answer shown() {
    return page.runner().state().shown().orElseThrow();
  }

  @Test
  void allHeadsAndTheChosenOneAreThoseOfTheCommands() throws IOException {
    page.parameters().fill(Map.of("head", "L3H1"));
    page.run();

    HeadPattern pattern = shown().pattern();
    assertThat(pattern.head()).isEqualTo("L3H1");
    assertThat(shown().patterns().surviving()[3][1])
        .isCloseTo(pattern.surviving(), within(1e-6)); // means of the same floats
    OpenPage.assertCommandSaysTheSame(shown().head());
    OpenPage.assertCommandSaysTheSame(shown().grid());
  }

  @Test
  void anotherHeadIsReadWithoutReadingAllAgain() {
    page.run();
    AttentionViewModel.Answer before = shown();
    page.showHead("L2H5");
    assertThat(shown().pattern().head()).isEqualTo("L2H5");
    assertThat(shown().grid()).isSameAs(before.grid());
  }

  @Test
  void aTokensRowColoursTheOthers() {
    page.parameters().fill(Map.of("head", "L3H1"));
    page.run();
    HeadPattern pattern = shown().pattern();
    int last = pattern.tokens().size() - 1;
    int strongest = PatternChips.strongest(pattern, last);
    for (int key = 0; key <= last; key++) {
      assertThat(pattern.at(last, key)).isLessThanOrEqualTo(pattern.at(last, strongest));
    }
    var chips = PatternChips.of(pattern, 3, Theme.LIGHT);
    assertThat(chips.get(3).parts().getFirst().colour()).isNotZero();
    assertThat(chips.get(4).parts().getFirst().colour()).isZero(); // after the query
  }

  @Test
  void rowsOfATextAreAveraged() {
    page.input().files().add(circuitscope.app.gui.page.SampleText.file());
    page.input().kindProperty().set(InputFormViewModel.Kind.FILES);
    page.parameters().fill(Map.of("rows", 3, "max-tokens", 16));
    page.run();
    assertThat(shown().pattern().rows()).isEqualTo(3);
    assertThat(shown().pattern().input().tokens()).isEqualTo(48);
  }

  @Test
  void aModelLessItselfIsNothingAndTwoTextsDiffer() {
    open.open();
    page.model().modelProperty().set(open.services().models().open().getFirst());
    page.againstProperty().set(open.services().models().open().getLast());
    page.run();
    HeadPattern difference = requireNonNull(shown().difference());
    assertThat(difference.weights()).containsOnly(0);
    assertThat(difference.against()).isEqualTo("gpt2-4l");

    page.againstProperty().set(null);
    page.input().textProperty().set("one two one");
    page.parameters().fill(Map.of("other-text", "one two two"));
    page.run();
    assertThat(requireNonNull(shown().pattern().distance())).isPositive();
    assertThat(shown().patterns().distance()).isNotNull();
  }

  @Test
  void aHeadThatIsAskedForIsLookedAtAtOnce() {
    page.restore(Map.of("head", "L1H0", "model", "gpt2-4l"));
    assertThat(shown().pattern().head()).isEqualTo("L1H0");
    new PageCommands(open.services(), page).copyCommand();
    assertThat(open.test().copied().getLast().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("heads pattern") && line.contains("--head L1H0"))
        .anyMatch(line -> line.contains("heads patterns"));
  }

  @Test
  void allHeadsAreReadOnFewerTokensThanOne() {
    page.parameters().fill(Map.of("max-tokens", 4096));
    assertThat(page.asked().getFirst().written()).containsEntry("max-tokens", "4096");
    assertThat(page.asked().getLast().written()).containsEntry("max-tokens", "512");
  }
}
