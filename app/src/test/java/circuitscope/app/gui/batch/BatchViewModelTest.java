package circuitscope.app.gui.batch;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.batch.CellRow.State;
import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.workspace.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchViewModelTest {
  private static final String JOB =
      """
      out: OUT
      figures: {formats: []}
      models: [embedded:gpt2-4l]
      texts:
        - {id: cat, text: The cat sat on the mat.}
        - {id: short, text: x}
      analyses:
        - {analysis: loss, texts: [cat]}
        - {analysis: predict, texts: [cat]}
      """;

  @TempDir Path folder;
  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private final BatchViewModel page = new BatchViewModel(test.services());
  private String job = "";

  @BeforeEach
  void write() {
    job = JOB.replace("OUT", folder.resolve("out").toString());
    test.answer(folder.resolve("first"));
    text(job);
  }

  private void text(String text) {
    page.file().textProperty().set(text);
    page.check();
  }

  private State[] states() {
    return page.cells().stream().map(CellRow::state).toArray(State[]::new);
  }

  @Test
  void theTemplateIsAJob() {
    text(JobFileViewModel.TEMPLATE);
    assertThat(page.cells()).hasSize(3);
    assertThat(page.valid().get()).isTrue();
  }

  @Test
  void everyMistakeHasItsPlace() {
    text(job.replace("[cat]}", "[dog]}").replace("short", "cat"));
    assertThat(page.checkProperty().get())
        .isInstanceOfSatisfying(
            Check.Invalid.class,
            invalid ->
                assertThat(invalid.mistakes())
                    .extracting(Check.Mistake::line)
                    .containsExactly(6, 8, 9));
    text("models: [");
    assertThat(page.checkProperty().get()).isInstanceOf(Check.Invalid.class);
    text("");
    assertThat(page.checkProperty().get()).isInstanceOf(Check.Invalid.class);
    page.run();
    assertThat(page.runner().state()).isInstanceOf(RunState.Idle.class);
  }

  @Test
  void whatIsDoneIsKeptAndTheResultsJoinTheWorkspaceInOneEdit() {
    page.run();
    assertThat(test.problems()).isEmpty();
    assertThat(folder.resolve("first.yaml")).hasContent(job);
    assertThat(states()).containsExactly(State.DONE, State.DONE);
    assertThat(folder.resolve("out/first/report.html")).exists();
    assertThat(test.services().project().workspace().results())
        .extracting(Item.Result::analysis)
        .containsExactly("loss", "predict");

    page.check();
    assertThat(states()).containsExactly(State.EARLIER, State.EARLIER);
    page.run();
    assertThat(states()).containsExactly(State.KEPT, State.KEPT);
    assertThat(page.noteProperty().get()).isEqualTo("2 done (2 before), 0 failed, 0 not run");
    assertThat(test.services().project().workspace().results()).hasSize(2);
    test.services().project().undo();
    assertThat(test.services().project().workspace().results()).isEmpty();

    page.dryRun();
    assertThat(page.estimate().state().shown().orElseThrow().cells()).allMatch(cell -> cell.done());
    page.open(page.cells().getFirst());
    StoredCell loss = page.opened().state().shown().orElseThrow();
    assertThat(loss.parts().summary()).contains("nats a token");
    assertThat(loss.parts().figures()).hasSize(1);
    page.openReport();
    assertThat(test.said().getLast()).endsWith("report.html");
    page.forceProperty().set(true);
    page.copyCommand();
    assertThat(test.copied().getLast())
        .isEqualTo("circuitscope run " + folder.resolve("first.yaml") + " --force");
  }

  @Test
  void aFailedCellTellsWhyAndLeavesTheOthers() {
    text(job.replace("loss, texts: [cat]", "loss, texts: [short]"));
    page.run();

    assertThat(states()).containsExactly(State.FAILED, State.DONE);
    var failure = page.cells().getFirst().failure();
    assertThat(failure.happened()).isNotBlank().doesNotContain("Exception");
    assertThat(failure.details()).contains("circuitscope loss", "Versions[");
  }

  @Test
  void aFileThatChangedOutsideIsReadAgain() throws IOException {
    page.file().save(() -> {});
    assertThat(page.file().title().get()).isEqualTo("first.yaml");
    Files.writeString(folder.resolve("first.yaml"), job + "seed: 3\r\n");
    page.file().look();
    assertThat(page.file().textProperty().get()).isEqualTo(job + "seed: 3\n");
    assertThat(page.file().unsaved().get()).isFalse();
  }

  @Test
  void aPageIsRestoredWithItsUnsavedText() {
    page.file().save(() -> {});
    page.file().textProperty().set(job + "seed: 1\n");
    page.atATimeProperty().set(2);
    assertThat(page.loss()).isPresent();

    BatchViewModel again = new BatchViewModel(test.services());
    again.restore(page.state());

    assertThat(again.file().title().get()).isEqualTo("● first.yaml");
    assertThat(again.file().textProperty().get()).endsWith("seed: 1\n");
    assertThat(again.atATimeProperty().get()).isEqualTo(2);
    assertThat(again.file().recent()).containsExactly(folder.resolve("first.yaml").toString());
  }
}
