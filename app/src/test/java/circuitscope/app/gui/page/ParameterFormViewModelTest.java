package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.probes.analysis.TraceAnalysis;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ParameterFormViewModelTest {
  private final ParameterFormViewModel form =
      new ParameterFormViewModel(DetectAnalysis.Parameters.class);

  @Test
  void aFormBeginsWithTheDefaults() {
    assertThat(form.validProperty().get()).isTrue();
    assertThat(form.written()).containsEntry("samples", "10").doesNotContainKey("period");
  }

  @Test
  void aValueOutOfRangeIsTheProblemOfItsField() {
    form.field("samples").textProperty().set("0");

    assertThat(form.validProperty().get()).isFalse();
    assertThat(form.field("samples").problemProperty().get()).contains("at least 1");
    assertThat(form.field("seed").problemProperty().get()).isEmpty();
    assertThat(form.problemProperty().get()).isEmpty();

    form.reset();
    assertThat(form.validProperty().get()).isTrue();
  }

  @Test
  void valuesThatExcludeEachOtherAreTheProblemOfTheForm() {
    form.fill(Map.of("pattern", "offset:-1", "pattern-file", "pattern.json"));

    assertThat(form.validProperty().get()).isFalse();
    assertThat(form.problemProperty().get()).contains("exclude each other");
  }

  @Test
  void aMissingValueIsTheProblemOfItsField() {
    ParameterFormViewModel trace = new ParameterFormViewModel(TraceAnalysis.Parameters.class);
    assertThat(trace.field("sites").problemProperty().get()).contains("must be given");

    trace.fill(Map.of("sites", List.of("logits", "hook_embed")));

    assertThat(trace.written()).containsEntry("sites", "logits,hook_embed");
    assertThat(trace.validProperty().get()).isTrue();
  }
}
