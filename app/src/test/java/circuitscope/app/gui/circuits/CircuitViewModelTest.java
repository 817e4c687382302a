package circuitscope.app.gui.circuits;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.circuits.CircuitViewModel.Shown;
import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.study.Answer;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.circuits.CircuitResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CircuitViewModelTest {
  @TempDir Path folder;

  @Test
  void theGraphFollowsTheThresholdAndTheSubnetworkStandsBeside() {
    try (OpenEmbedded embedded = new OpenEmbedded()) {
      FindCircuitViewModel page = new FindCircuitViewModel(embedded.services());
      Map<String, String> parameters =
          Map.of(
              "template", "induction", "count", "4", "draws", "2", "knockouts", "0", "steps", "2");
      page.parameters().fill(parameters);
      Path mask = embedded.mask(folder.resolve("masks"), 0.3, 1);
      page.maskProperty().set(mask.toString());
      page.folderProperty().set(folder.resolve("found").toString());
      page.run();
      Answer answer = page.runner().state().shown().orElseThrow();

      CircuitResult expected =
          (CircuitResult)
              embedded.run("circuit.find", parameters, null, folder.resolve("own")).result();
      assertThat(Json.pretty(answer.columns().getFirst().finished().result()))
          .isEqualTo(Json.pretty(expected));
      Path circuit = folder.resolve("found/circuit.json");
      assertThat(page.circuitProperty().get()).isEqualTo(circuit.toString());
      assertThat(Json.pretty(answer.columns().getLast().finished().result()))
          .isEqualTo(
              Json.pretty(
                  embedded
                      .run(
                          "circuit.mask",
                          Map.of("circuit", circuit.toString(), "mask", mask.toString()),
                          null,
                          null)
                      .result()));
      follows(answer, expected);
    }
  }

  private static void follows(Answer answer, CircuitResult expected) {
    CircuitViewModel model = new CircuitViewModel();
    model.show(answer);
    for (double position : new double[] {0, 0.3, 0.8, 1}) {
      model.positionProperty().set(position);
      Shown shown = model.shownProperty().get().orElseThrow();
      assertThat(shown.edges())
          .isEqualTo(
              Arrays.stream(expected.found().scores())
                  .filter(score -> Math.abs(score) >= shown.threshold())
                  .count());
      CircuitViewModel.Judged nearest = Objects.requireNonNull(shown.nearest());
      List<Object> row =
          expected.tables().getFirst().rows().stream()
              .filter(one -> one.get(1).equals(nearest.edges()))
              .findFirst()
              .orElseThrow();
      assertThat(nearest.faithfulness()).isEqualTo(row.get(2));
      assertThat(shown.curve()).isNotNull();
      assertThat(shown.beside()).isNotNull();
    }
    assertThat(model.shownProperty().get().orElseThrow().edges()).isEqualTo(1);
  }
}
