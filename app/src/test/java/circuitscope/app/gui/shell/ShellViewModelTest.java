package circuitscope.app.gui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.WorkspaceFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Group;
import javafx.scene.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellViewModelTest {
  /** A page that keeps what it was opened with. */
  private record Plain(Map<String, Object> state) implements Page {
    @Override
    public ObservableValue<String> title() {
      return new ReadOnlyStringWrapper("plain");
    }

    @Override
    public Node view() {
      return new Group();
    }

    @Override
    public Optional<String> loss() {
      return Optional.ofNullable(state.get("loss")).map(Object::toString);
    }
  }

  @TempDir Path folder;
  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private Workbench workbench = new Workbench(jobs, Settings.read(Path.of("no-such-settings")));
  private ShellViewModel shell = new ShellViewModel(workbench, services());

  private circuitscope.app.gui.page.Services services() {
    return workbench.services(test, test, test.copied()::add, (type, state) -> {});
  }

  @BeforeEach
  void addTypes() {
    workbench
        .pageTypes()
        .setAll(
            new PageType("plain", "heads", "Plain", "", "", (services, state) -> new Plain(state)),
            new PageType(
                "broken",
                "heads",
                "Broken",
                "",
                "",
                (services, state) -> {
                  throw new IllegalStateException("no page today");
                }));
  }

  @AfterEach
  void close() {
    workbench.models().open().stream().toList().forEach(workbench.models()::unload);
    workbench.project().leave();
  }

  @Test
  void aFailingPageIsToldAndLeavesTheOthers() {
    shell.open("plain");
    shell.open("broken");

    assertThat(shell.pages()).hasSize(1);
    assertThat(test.problems()).hasSize(1);
    assertThat(test.problems().getFirst().title()).contains("Broken");
  }

  @Test
  void aPageInItsOwnWindowIsAskedAboutKeptAndTakenBack() {
    Page page = shell.open(workbench.pageTypes().getFirst(), Map.of("loss", "edits")).orElseThrow();
    Page other = shell.open("plain").orElseThrow();
    shell.currentProperty().set(page);
    shell.release(page);
    assertThat(shell.currentProperty().get()).isEqualTo(other);
    test.confirms(false);
    assertThat(shell.mayClose()).isFalse();
    assertThat(test.asked()).containsExactly("edits");
    test.confirms(true);
    shell.keepPages();
    assertThat(workbench.project().workspace().views()).hasSize(2);

    shell.release(other);
    assertThat(shell.currentProperty().get()).isNull();
    shell.takeBack(page);
    assertThat(shell.pages()).containsExactly(page);
    assertThat(shell.currentProperty().get()).isEqualTo(page);
  }

  @Test
  void anOpenedModelJoinsTheProjectOnceAndCanBeTakenBack() {
    shell.openEmbedded();
    shell.openEmbedded();
    Project project = workbench.project();

    assertThat(project.workspace().models()).extracting(Item.Model::id).containsExactly("gpt2-4l");
    assertThat(project.undoableProperty().get()).isEqualTo("add model");
    project.undo();
    assertThat(project.workspace().models()).isEmpty();
    project.redo();
    assertThat(project.workspace().models()).hasSize(1);
  }

  @Test
  void aSavedWorkspaceBringsModelsAndPagesBack() {
    Path file = folder.resolve("study" + WorkspaceFile.ENDING);
    shell.openEmbedded();
    shell.open(
        shell.type("plain").orElseThrow(),
        Map.of("parameters", Map.of("batch", "3"), "model", "gpt2-4l"));
    shell.keepPages();
    workbench.project().saveAs(file);
    assertThat(test.problems()).isEmpty();
    close();

    workbench = new Workbench(jobs, Settings.read(Path.of("no-such-settings")));
    shell = new ShellViewModel(workbench, services());
    addTypes();
    shell.openWorkspace(file);

    assertThat(workbench.models().open()).hasSize(1);
    assertThat(shell.pages()).hasSize(1);
    assertThat(shell.pages().getFirst().state())
        .containsEntry("model", "gpt2-4l")
        .containsEntry("parameters", Map.of("batch", "3"));
    assertThat(workbench.project().changedProperty().get()).isFalse();
  }

  @Test
  void editsMakeTheWorkspaceUnsavedUntilItIsSaved() {
    workbench.project().saveAs(folder.resolve("study" + WorkspaceFile.ENDING));
    new ProjectItems(workbench.project()).addPrompt("The cat sat on the mat");
    assertThat(workbench.project().changedProperty().get()).isTrue();

    workbench.project().save();

    assertThat(workbench.project().changedProperty().get()).isFalse();
    assertThat(workbench.project().workspace().texts()).hasSize(1);
  }
}
