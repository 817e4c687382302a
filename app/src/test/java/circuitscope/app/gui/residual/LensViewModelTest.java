package circuitscope.app.gui.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.residual.LensViewModel.Cell;
import circuitscope.app.gui.residual.LensViewModel.Likely;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.residual.Lens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LensViewModelTest {
  private static final String TEXT = "The cat sat on the";

  @Test
  void aCellListsWhatTheAnalysisFindsMostLikely() {
    try (OpenEmbedded embedded = new OpenEmbedded()) {
      QuestionViewModel question =
          new QuestionViewModel(
              embedded.services().analyses().get().find("residual.lens"), embedded.services());
      question.asked().input().textProperty().set(TEXT);
      question.run();
      LensViewModel table = new LensViewModel();
      table.show(question.runner().state().shown().orElseThrow());

      Lens lens = table.tablesProperty().get().getFirst().lens();
      assertThat(table.cellProperty().get())
          .contains(new Cell(lens.layers().size() - 1, lens.tokens().size() - 1));
      table.cellProperty().set(Optional.of(new Cell(2, 3)));
      List<Likely> likely = LensViewModel.likely(lens, table.cellProperty().get().orElseThrow());

      TokenInput input = new TokenInput.Prompt(TEXT, BosPolicy.AUTO);
      DataTable expected =
          embedded.run("residual.lens", Map.of(), input, null).result().tables().get(1);
      List<List<Object>> rows =
          expected.rows().stream()
              .filter(row -> row.get(0).equals("layer 1") && row.get(1).equals(3))
              .toList();
      assertThat(likely).hasSize(5).hasSameSizeAs(rows);
      for (int i = 0; i < rows.size(); i++) {
        Likely one = likely.get(i);
        assertThat(
                List.<Object>of("layer 1", 3, one.rank(), one.token(), one.id(), one.probability()))
            .isEqualTo(rows.get(i));
      }
    }
  }

  @Test
  void turningKeepsDistancesAndStopsAtThePoles() {
    double[] point = {1, 2, -2};
    double[] seen = Rotation3d.USUAL.turned(0.7, -0.3).seen(point);
    assertThat(seen[0] * seen[0] + seen[1] * seen[1] + seen[2] * seen[2])
        .isCloseTo(9, within(1e-12));
    assertThat(new Rotation3d(0, 0).seen(point)).containsExactly(point, within(1e-15));
    assertThat(new Rotation3d(0, 0).turned(0, 9).pitch()).isEqualTo(Math.PI / 2);
  }
}
