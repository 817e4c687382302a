package circuitscope.app.gui.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.analysis.OpenPage;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.RunState;
import circuitscope.heads.sinks.SinkMassive;
import circuitscope.heads.sinks.SinkRate;
import circuitscope.heads.streaming.StreamingResult;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.Pick;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SinksViewModelTest {
  private final OpenPage open = new OpenPage();
  private final SinksViewModel page = new SinksViewModel(open.services());

  @BeforeEach
  void small() {
    page.form(Part.RATE).fill(Map.of("samples", 4, "length", 32, "permutations", 0));
    page.form(Part.MASSIVE).fill(Map.of("samples", 2, "length", 16, "draws", 1));
    page.form(Part.INTERVENTIONS).fill(Map.of("samples", 2, "draws", 1, "positions", "4"));
  }

  @AfterEach
  void close() {
    page.close();
    open.close();
  }

  private <R> R shown(Part part, Class<R> type) {
    return page.runner().state().shown().orElseThrow().result(part, type).orElseThrow();
  }

  @Test
  void thePageBeginsWithATextAndShowsTheRatesOfTheCommand() throws IOException {
    assertThat(page.input().kindProperty().get()).isEqualTo(InputFormViewModel.Kind.FILES);
    page.run();
    assertThat(shown(Part.RATE, SinkRate.class).rate()).hasSize(8);
    OpenPage.assertCommandSaysTheSame(page.inFront().orElseThrow());
  }

  @Test
  void aCellOfTheSurfaceAsksForInterventionsThere() {
    page.run();
    SinkRate rate = shown(Part.RATE, SinkRate.class);
    page.picked(new Pick.Cell("sink-surface", 1, 4, "", "", 0));

    var surface = rate.profiles().getFirst().surface();
    assertThat(page.partProperty().get()).isEqualTo(Part.INTERVENTIONS);
    assertThat(page.form(Part.INTERVENTIONS).written())
        .containsEntry("length", Integer.toString(surface.lengths()[1]))
        .containsEntry("epsilon", Double.toString(surface.epsilons()[4]));
    assertThat(page.runner().state()).isInstanceOf(RunState.Shown.class);
    assertThat(page.inFront()).isPresent();
    assertThat(shown(Part.RATE, SinkRate.class)).isSameAs(rate);
  }

  @Test
  void aLayerOfNormsAsksWhatItsLargestValuesDo() {
    page.picked(new Pick.Cell("norms", 2, 0, "", "", 0));
    assertThat(shown(Part.MASSIVE, SinkMassive.class).layer()).isEqualTo(1);
  }

  @Test
  void aHeadOfThePlaneOpensItsAttention() {
    page.picked(new Pick.Cell("sink-alpha", 3, 2, "", "", 0));
    assertThat(open.opened())
        .containsExactly(
            new OpenPage.Opened("attention", Map.of("head", "L3H2", "model", "gpt2-4l")));
  }

  @Test
  void aStreamTellsItsCurvesWhileItIsRead() {
    page.partProperty().set(Part.STREAMING);
    page.form(Part.STREAMING)
        .fill(
            Map.of(
                "tokens", 400,
                "window", 28,
                "chunk", 1,
                "methods", "window-original,sinks-original"));
    List<List<Figure>> seen = new ArrayList<>();
    page.liveProperty().addListener((property, old, now) -> seen.add(now));
    open.jobs().hold();
    page.run();
    Thread looks =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    page.look();
                    LockSupport.parkNanos(100_000);
                  }
                });
    open.jobs().runNext();
    looks.interrupt();

    StreamingResult whole = shown(Part.STREAMING, StreamingResult.class);
    assertThat(whole.methods()).hasSize(2);
    List<Figure> live =
        seen.stream().filter(figures -> !figures.isEmpty()).findFirst().orElseThrow();
    Curves.Series soFar = ((Curves) live.getFirst()).series().getFirst();
    Curves.Series all = ((Curves) whole.figures().getFirst()).series().getFirst();
    assertThat(soFar.x().length).isLessThanOrEqualTo(all.x().length);
    assertThat(soFar.y()[0]).isEqualTo(all.y()[0]);
  }
}
