package circuitscope.app.gui.heads;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.analysis.OpenPage;
import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.heads.HeadsViewModel.Part;
import circuitscope.app.gui.page.RunState;
import circuitscope.heads.causal.AblateHeadsResult;
import circuitscope.heads.detect.HeadScores;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.layout.Pick;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HeadsViewModelTest {
  private final OpenPage open = new OpenPage();
  private final HeadsViewModel page = new HeadsViewModel(open.services());

  @BeforeEach
  void small() {
    page.detecting().fill(Map.of("samples", 2, "shuffles", 20, "period", 16));
    page.ablating().fill(Map.of("draws", 2, "sequences", 2, "period", 12, "kind", "zero"));
  }

  @AfterEach
  void close() {
    page.close();
    open.close();
  }

  private HeadScores scores() {
    return page.runner().answer().orElseThrow().result(Part.SCORES, HeadScores.class).orElseThrow();
  }

  @Test
  void theTableHoldsTheScoresOfTheCommandBesideTheirNulls() throws IOException {
    page.run();
    HeadScores scores = scores();
    DataTable table = page.table(scores);
    assertThat(table.rows()).hasSize(32);
    for (int i = 0; i < table.rows().size(); i++) {
      HeadScores.Head head = scores.heads().get(i);
      List<Object> row = table.rows().get(i);
      assertThat(row.getFirst()).isEqualTo(head.head());
      assertThat(row.get(1)).isEqualTo(head.scores().induction());
      assertThat(row.get(3)).isEqualTo(requireNonNull(head.evidence().get("induction")).null95th());
    }
    page.kindProperty().set(HeadScores.Kind.PREVIOUS);
    assertThat(page.table(scores).rows().getFirst().get(1))
        .isEqualTo(scores.heads().getFirst().scores().previous());
    OpenPage.assertCommandSaysTheSame(page.inFront().orElseThrow());
  }

  @Test
  void aClickInTableMapOrPlaneChoosesTheHead() {
    page.run();
    page.picked(new Pick.Cell("heads-induction", 3, 1, "3", "1", 0));
    assertThat(page.headProperty().get()).isEqualTo("L3H1");
    assertThat(page.ablating().written()).containsEntry("heads", "L3H1");

    HeadScores.Head other = scores().heads().get(5);
    double x = java.util.Objects.requireNonNull(other.scores().induction());
    page.picked(new Pick.Point("heads-plane", "other", 0, "", x, 0));
    assertThat(page.headProperty().get()).isEqualTo(other.head());
    page.picked(new Pick.Point("heads-plane", "induction", 0, "L3H5", 0.3, 1.5));
    assertThat(page.headProperty().get()).isEqualTo("L3H5");
  }

  @Test
  void theChosenHeadIsTakenAwayAsTheCommandDoes() throws IOException {
    page.run();
    assertThat(page.ablatable().get()).isFalse();
    page.headProperty().set("L3H1");
    page.ablate();

    AblateHeadsResult effects =
        page.runner()
            .state()
            .shown()
            .orElseThrow()
            .result(Part.EFFECT, AblateHeadsResult.class)
            .orElseThrow();
    List<Object> row = page.table(effects).rows().getFirst();
    assertThat(row.getFirst()).isEqualTo("L3H1");
    assertThat(row.get(2)).isEqualTo(effects.effects().getFirst().delta().value());
    assertThat(scores().heads()).hasSize(32); // stand beside the effect
    page.frontProperty().set(Part.EFFECT);
    OpenPage.assertCommandSaysTheSame(page.inFront().orElseThrow());

    new PageCommands(open.services(), page).copyCommand();
    assertThat(open.test().copied().getLast().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).contains("heads ablate", "--heads L3H1"),
            line -> assertThat(line).contains("heads detect"));
  }

  @Test
  void aFailedAblationLeavesTheScoresToGoOnWithAndToExport() {
    page.run();
    HeadScores before = scores();
    page.headProperty().set("L9H9");
    page.ablate();
    assertThat(page.runner().state()).isInstanceOf(RunState.Failed.class);
    assertThat(page.inFront()).isPresent();
    page.headProperty().set("L3H1");
    page.ablate();
    assertThat(page.runner().state().shown().orElseThrow().of(Part.EFFECT)).isPresent();
    assertThat(scores()).isSameAs(before);
  }

  @Test
  void compositionIsAGraphAndTheSpectrumStandsBesideIt() {
    page.spectrum();
    page.compose();
    page.picked(new Pick.Node("composition-graph", new CircuitGraph.Node("L2H5", "L2H5")));
    assertThat(page.headProperty().get()).isEqualTo("L2H5");
    page.picked(new Pick.Cell("ngram-spectrum", 0, 1, "L3H1 (6)", "3", 0));
    assertThat(page.headProperty().get()).isEqualTo("L3H1");
    assertThat(page.runner().state().shown().orElseThrow().of(Part.SPECTRUM)).isPresent();
    assertThat(page.runner().state().shown().orElseThrow().of(Part.COMPOSITION).orElseThrow())
        .satisfies(
            outcome ->
                assertThat(outcome.figures())
                    .anyMatch(figure -> figure.id().equals("composition-graph")));
  }

  @Test
  void theAttentionOfTheChosenHeadIsOpened() {
    page.headProperty().set("L2H5");
    page.showAttention();
    assertThat(open.opened())
        .containsExactly(
            new OpenPage.Opened("attention", Map.of("head", "L2H5", "model", "gpt2-4l")));
  }
}
