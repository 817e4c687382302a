package circuitscope.app.gui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CommandPaletteViewModelTest {
  private final CommandPaletteViewModel palette =
      new CommandPaletteViewModel(
          () ->
              List.of(
                  action("heads.detect", "Head detection"),
                  action("model.open", "Open model…"),
                  action("residual.lens", "Logit lens")));

  private static Action action(String id, String text) {
    return new Action(id, "Analyse", text, "fth-play", "", () -> {});
  }

  @Test
  void nothingAskedShowsEverything() {
    palette.reset();
    assertThat(palette.matches()).hasSize(3);
  }

  @Test
  void theBestMatchComesFirst() {
    palette.queryProperty().set("de");
    assertThat(palette.matches()).extracting(Action::id).startsWith("heads.detect", "model.open");

    palette.queryProperty().set("lens");
    assertThat(palette.matches()).extracting(Action::id).containsExactly("residual.lens");
  }

  @Test
  void lettersInTheirOrderAreEnough() {
    palette.queryProperty().set("hdtec");
    assertThat(palette.matches()).extracting(Action::id).containsExactly("heads.detect");

    palette.queryProperty().set("nothing like it");
    assertThat(palette.matches()).isEmpty();
  }
}
