package circuitscope.app.gui.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.ModelChoice;
import circuitscope.probes.analysis.LossAnalysis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AnalysisViewModelTest {
  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private final AnalysisViewModel page =
      new AnalysisViewModel(new LossAnalysis(), test.services());

  private void openEmbedded() {
    test.services().models().open(new ModelChoice("embedded:gpt2-4l", null, "cpu", "fp32"));
  }

  @AfterEach
  void unload() {
    test.services().models().open().stream().toList().forEach(test.services().models()::unload);
  }

  @Test
  void aPageRunsOnceThereIsAModelAndAText() {
    assertThat(page.runnable().get()).isFalse();
    openEmbedded();
    assertThat(page.runnable().get()).isTrue();

    page.input().textProperty().set("");
    assertThat(page.runnable().get()).isFalse();
    page.input().textProperty().set("The cat sat on the mat.");
    page.run();

    Outcome outcome = page.runner().state().shown().orElseThrow();
    assertThat(outcome.summary()).contains("nats a token");
    assertThat(outcome.document()).contains("\"loss_nats\"");
    assertThat(outcome.figures()).hasSize(1);
    assertThat(outcome.command())
        .startsWith("circuitscope loss --model embedded:gpt2-4l")
        .contains("--text 'The cat sat on the mat.'");
  }

  @Test
  void aFailedRunShowsItsReasonAndCanBeRetried() {
    openEmbedded();
    page.input().textProperty().set("x");
    page.run();
    assertThat(page.runner().state())
        .isInstanceOfSatisfying(
            RunState.Failed.class, failed -> assertThat(failed.problem().happened()).isNotBlank());

    page.input().textProperty().set("The cat sat on the mat.");
    page.run();
    assertThat(page.runner().state()).isInstanceOf(RunState.Shown.class);
  }

  @Test
  void aCancelledRunGoesBackToWhatWasShown() {
    openEmbedded();
    page.run();
    Outcome before = page.runner().state().shown().orElseThrow();

    jobs.hold();
    page.run();
    assertThat(page.runner().running().get()).isTrue();
    page.runner().cancel();

    assertThat(page.runner().state()).isEqualTo(new RunState.Shown<>(before));
  }

  @Test
  void theCommandAsThePageStandsIsCopied() {
    openEmbedded();
    page.parameters().field("context").textProperty().set("12");

    page.copyCommand();

    assertThat(test.copied().getLast()).contains("circuitscope loss", "--context 12");
  }

  @Test
  void aPageIsRestoredAsItStood() {
    page.parameters().field("batch").textProperty().set("3");
    page.input().textProperty().set("Another text");

    AnalysisViewModel again = new AnalysisViewModel(new LossAnalysis(), test.services());
    again.restore(page.state());

    assertThat(again.parameters().written()).containsEntry("batch", "3");
    assertThat(again.input().textProperty().get()).isEqualTo("Another text");
  }

  @Test
  void unloadingAModelCancelsWhatRunsOnIt() {
    openEmbedded();
    jobs.hold();
    page.run();

    test.services().models().unload(test.services().models().open().getFirst());

    assertThat(page.runner().state()).isInstanceOf(RunState.Idle.class);
    assertThat(page.runnable().get()).isFalse();
    jobs.runNext();
    jobs.runNext();
  }
}
