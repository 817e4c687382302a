package circuitscope.app.gui.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.Analyses;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.JobReader;
import circuitscope.app.session.stored.CommandWords;
import circuitscope.probes.analysis.LossAnalysis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnalysisViewModelTest {
  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private final AnalysisViewModel page = new AnalysisViewModel(new LossAnalysis(), test.services());

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
  void aTextThatLooksLikeAnOptionIsCopiedAsOneThatTheCommandLineReads() {
    openEmbedded();
    page.input().textProperty().set("--json of @mine");
    page.run();

    Outcome outcome = page.runner().state().shown().orElseThrow();
    assertThat(outcome.command()).contains(" '--text=--json of @mine' ");
    List<String> words = outcome.finished().run().command(outcome.finished().model().choice());
    assertThat(CommandWords.of(words).read()).isEqualTo("--json of @mine");
    assertThat(CommandWords.of(words).value("batch")).isEqualTo("8");
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
  void whatIsAddedToAJobFileIsAJobAgain(@TempDir Path folder) throws IOException {
    openEmbedded();
    Path file = folder.resolve("job.yaml");
    test.answer(file);

    page.addToJob();
    page.parameters().field("batch").textProperty().set("3");
    page.addToJob();

    assertThat(test.problems()).isEmpty();
    Job job = new JobReader(Analyses.registry(), Map.of()).read(file);
    assertThat(job.models()).hasSize(1);
    assertThat(job.analyses()).extracting(Job.JobAnalysis::id).containsExactly("loss", "loss-2");
    assertThat(job.cells()).hasSize(2);
    assertThat(job.cells().getLast().command()).contains("--batch", "3");
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
