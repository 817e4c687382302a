package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import org.junit.jupiter.api.Test;

final class ParameterFormTest extends WindowTest {
  @Test
  void whatIsWrongWithAValueIsReadToItsEnd() {
    until(() -> window.shell().type("heads").isPresent());
    interact(() -> window.shell().open("heads"));
    TextInputControl samples = lookup("#samples").query();
    interact(() -> samples.setText("abc"));
    until(() -> problem(samples).isVisible() && problem(samples).getWidth() > 0);
    interact(
        () -> {
          Label problem = problem(samples);
          assertThat(problem.getText()).contains("abc");
          assertThat(problem.getHeight())
              .as("height of several lines")
              .isGreaterThanOrEqualTo(problem.prefHeight(problem.getWidth()));
          assertThat(problem.getTooltip().getText()).isEqualTo(problem.getText());
          assertThat(problem.localToScene(0, problem.getHeight()).getY())
              .as("ends above the next field")
              .isLessThanOrEqualTo(lookup("#batch").query().localToScene(0, 0).getY());
        });
  }

  /** The one message of the form in which there is this field. */
  private static Label problem(TextInputControl field) {
    return field.getParent().lookupAll(".form-problem").stream()
        .map(Label.class::cast)
        .filter(one -> !one.getText().isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
