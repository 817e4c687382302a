package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.WorkspaceFile;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProjectTest {
  @TempDir Path folder;
  private final InlineJobs jobs = new InlineJobs();

  private static void addPrompt(Project project, String text) {
    TokenInput prompt = new TokenInput.Prompt(text, BosPolicy.AUTO);
    project.edit("add " + text, all -> all.with(Item.Text.of(text, prompt, project.places())));
  }

  private static void addFile(Project project, Path file) {
    TokenInput input = new TokenInput.TextFiles(List.of(file));
    project.edit("add file", all -> all.with(Item.Text.of("file", input, project.places())));
  }

  private static List<String> texts(Project project) {
    return project.workspace().texts().stream().map(Item.Text::id).toList();
  }

  private List<Path> kept(Path data) throws IOException {
    try (Stream<Path> all = Files.list(data.resolve("unsaved"))) {
      return all.filter(file -> file.toString().endsWith(WorkspaceFile.ENDING)).toList();
    }
  }

  @Test
  void savingUnderAnotherNameKeepsWhatCanBeTakenBack() throws Exception {
    Project project = new Project(jobs);
    addPrompt(project, "one");
    addFile(project, folder.resolve("texts/a.txt"));
    addPrompt(project, "two");
    project.undo();

    project.saveAs(folder.resolve("study" + WorkspaceFile.ENDING));

    assertThat(project.changedProperty().get()).isFalse();
    assertThat(project.workspace().texts().getLast().files()).containsExactly("texts/a.txt");
    project.redo();
    assertThat(texts(project)).containsExactly("one", "file", "two");
    assertThat(project.changedProperty().get()).isTrue();
    project.undo();
    assertThat(project.changedProperty().get()).isFalse();
    project.undo();
    assertThat(texts(project)).containsExactly("one");
    project.close();
  }

  @Test
  void aWorkspaceWithoutAFileOutlivesACrashAndIsOfferedOnce() throws Exception {
    Path data = folder.resolve("data");
    Project crashed = new Project(jobs, Optional.of(data));
    jobs.tick();
    assertThat(data).doesNotExist();
    addFile(crashed, folder.resolve("a.txt"));
    jobs.tick();
    addPrompt(crashed, "late");
    jobs.tick();
    // What a killed process leaves: the file; its lock is gone.
    Path left = folder.resolve("left");
    Files.createDirectories(left.resolve("unsaved"));
    Path file = kept(data).getFirst();
    Files.copy(file, left.resolve("unsaved").resolve(file.getFileName()));

    Project other = new Project(jobs, Optional.of(data));
    other.recoverUnsaved(() -> true);
    assertThat(texts(other)).as("still open there").isEmpty();

    Project next = new Project(jobs, Optional.of(left));
    next.recoverUnsaved(() -> true);
    assertThat(texts(next)).containsExactly("file", "late");
    Item.Text text = next.workspace().texts().getFirst();
    assertThat(next.places().resolve(text.files().getFirst())).isEqualTo(folder.resolve("a.txt"));
    assertThat(next.changedProperty().get()).isTrue();
    next.saveAs(folder.resolve("study" + WorkspaceFile.ENDING));
    assertThat(kept(left)).isEmpty();
    next.close();
    crashed.close();
    assertThat(kept(data)).as("closed, not crashed").isEmpty();
  }

  @Test
  void whatIsNotWantedIsForgotten() throws Exception {
    Path data = folder.resolve("data");
    WorkspaceFile.create(
            data.resolve("unsaved/old" + WorkspaceFile.ENDING),
            circuitscope.app.session.workspace.Workspace.empty("old"))
        .close();
    Project project = new Project(jobs, Optional.of(data));

    project.recoverUnsaved(() -> false);

    assertThat(kept(data)).isEmpty();
    assertThat(project.changedProperty().get()).isFalse();
  }

  @Test
  void closingWithoutSavingForgetsTheEditsThatWereKept() throws Exception {
    Path file = folder.resolve("study" + WorkspaceFile.ENDING);
    Project project = new Project(jobs);
    project.saveAs(file);
    addPrompt(project, "unwanted");
    jobs.tick();
    assertThat(file.resolveSibling(file.getFileName() + ".unsaved")).exists();

    project.close();

    try (WorkspaceFile again = WorkspaceFile.open(file)) {
      assertThat(again.recovery()).isEmpty();
    }
  }
}
