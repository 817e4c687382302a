package circuitscope.app.gui.probes;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import circuitscope.app.session.Analyses;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.TokenInput;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProbesPageTest {
  @Test
  void everyProbeStandsThereWithItsPaper() {
    assertThat(ProbesPage.entries(Analyses.registry()))
        .hasSizeGreaterThan(10)
        .allSatisfy(entry -> assertThat(entry.note()).as(entry.id()).isNotBlank())
        .extracting(Entry::id)
        .contains("probe.bytes", "probe.windows", "probe.acceptance");
  }

  @Test
  void aProbeGivesWhatItsAnalysisGives() {
    try (OpenEmbedded embedded = new OpenEmbedded()) {
      QuestionViewModel question =
          new QuestionViewModel(
              embedded.services().analyses().get().find("probe.bytes"), embedded.services());
      String text = "The cat sat on the mat, and the cat sat on the mat.";
      question.asked().input().kindProperty().set(InputFormViewModel.Kind.TEXT);
      question.asked().input().textProperty().set(text);
      question.parameters().fill(Map.of("tokens", "6", "pieces", "1"));
      Map<String, String> parameters = question.parameters().written();
      question.run();
      TokenInput input = new TokenInput.Prompt(text, BosPolicy.AUTO);

      assertThat(
              Json.pretty(
                  question
                      .runner()
                      .state()
                      .shown()
                      .orElseThrow()
                      .columns()
                      .getFirst()
                      .finished()
                      .result()))
          .isEqualTo(Json.pretty(embedded.run("probe.bytes", parameters, input, null).result()));
    }
  }
}
