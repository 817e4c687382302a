package circuitscope.app.session.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.session.workspace.FaultySteps.End;
import circuitscope.app.session.workspace.FaultySteps.Killed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A save that ends at any of its steps leaves the old workspace or the new one, never less. */
final class WorkspaceFaultTest {
  private static final Workspace FIRST = Workspace.empty("first");
  private static final Workspace OLD = Workspace.empty("old");
  private static final Workspace EDITED = Workspace.empty("edited, not saved");
  private static final Workspace NEW = Workspace.empty("new");

  @TempDir Path folder;

  /** A file saved twice, with edits beside it that were not saved. */
  private Path prepared(String name) throws IOException {
    Path path = folder.resolve(name + WorkspaceFile.ENDING);
    try (WorkspaceFile file = WorkspaceFile.create(path, FIRST)) {
      file.save(OLD);
      file.autosave(EDITED);
    }
    return path;
  }

  @FunctionalInterface
  private interface Work {
    void on(WorkspaceFile file) throws IOException;
  }

  /** Whether the work came to its end before the step at which it was to be killed. */
  private static boolean finishes(Path path, int step, End end, Work work) throws IOException {
    FaultySteps steps = new FaultySteps(step, end);
    try (WorkspaceFile file = WorkspaceFile.open(path, WorkspaceFormat.current(), steps)) {
      work.on(file);
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void aSaveThatEndsAnywhereLeavesTheOldOrTheNew(End end) throws IOException {
    List<Workspace> found = new ArrayList<>();
    boolean finished = false;
    for (int step = 0; !finished; step++) {
      Path path = prepared("save-" + step);
      finished = finishes(path, step, end, file -> file.save(NEW));
      try (WorkspaceFile again = WorkspaceFile.open(path)) {
        Workspace saved = again.saved();
        found.add(saved);
        assertThat(saved).as("step %d", step).isIn(OLD, NEW);
        assertThat(again.recovery())
            .as("step %d: edits are there until they are saved or replaced", step)
            .isEqualTo(saved.equals(OLD) ? Optional.of(EDITED) : Optional.empty());
        assertThat(WorkspaceFile.read(path.resolveSibling(path.getFileName() + ".previous")))
            .as("step %d: the generation before", step)
            .isIn(FIRST, OLD);
        again.save(FIRST);
      }
      assertThat(WorkspaceFile.read(path)).as("saved after step %d", step).isEqualTo(FIRST);
      assertThat(Files.exists(path.resolveSibling(path.getFileName() + ".unsaved"))).isFalse();
    }
    // write, sync, move and folder sync of the backup and of the file, and the delete
    assertThat(found).hasSize(4 + 4 + 1 + 1).contains(OLD, NEW);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void anAutosaveThatEndsAnywhereLeavesTheFileAndOneOfTheEdits(End end) throws IOException {
    List<Workspace> found = new ArrayList<>();
    boolean finished = false;
    for (int step = 0; !finished; step++) {
      Path path = prepared("autosave-" + step);
      finished = finishes(path, step, end, file -> file.autosave(NEW));
      try (WorkspaceFile again = WorkspaceFile.open(path)) {
        assertThat(again.saved()).isEqualTo(OLD);
        Workspace recovered = again.recovery().orElseThrow();
        found.add(recovered);
        assertThat(recovered).as("step %d", step).isIn(EDITED, NEW);
      }
    }
    assertThat(found).hasSize(4 + 1).contains(EDITED, NEW);
  }
}
