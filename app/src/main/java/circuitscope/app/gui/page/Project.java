package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.session.workspace.History;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.Workspace;
import circuitscope.app.session.workspace.WorkspaceFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The workspace that is open: its present state, the way back and forth between its versions, and
 * its file. Edited on the window's thread; files are written in jobs.
 */
public final class Project {
  private static final int UNDOABLE_EDITS = 200;
  private static final Duration AUTOSAVE = Duration.ofSeconds(5);

  private final Jobs jobs;
  private final ReadOnlyObjectWrapper<Workspace> workspace =
      new ReadOnlyObjectWrapper<>(Workspace.empty(""));
  private final ReadOnlyStringWrapper undoable = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper redoable = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper changed = new ReadOnlyBooleanWrapper();
  private final ReadOnlyObjectWrapper<@Nullable Path> path = new ReadOnlyObjectWrapper<>();
  private History<Workspace> history = new History<>(Workspace.empty(""), UNDOABLE_EDITS);
  private @Nullable WorkspaceFile file;
  private Workspace kept = Workspace.empty("");

  public Project(Jobs jobs) {
    this.jobs = jobs;
    jobs.every(AUTOSAVE, this::autosave);
  }

  public ReadOnlyObjectProperty<Workspace> workspaceProperty() {
    return workspace.getReadOnlyProperty();
  }

  public Workspace workspace() {
    return workspace.get();
  }

  /** How paths stand in the items of {@link #workspace}. */
  public Places places() {
    return file == null ? new Places(Path.of("")) : file.places();
  }

  /** The file; null for a workspace that was never saved. */
  public ReadOnlyObjectProperty<@Nullable Path> pathProperty() {
    return path.getReadOnlyProperty();
  }

  /** Whether there are edits that were not saved. */
  public ReadOnlyBooleanProperty changedProperty() {
    return changed.getReadOnlyProperty();
  }

  /** What {@link #undo} would take back; empty for nothing. */
  public ReadOnlyStringProperty undoableProperty() {
    return undoable.getReadOnlyProperty();
  }

  /** What {@link #redo} would make again; empty for nothing. */
  public ReadOnlyStringProperty redoableProperty() {
    return redoable.getReadOnlyProperty();
  }

  /**
   * Makes an edit that can be taken back.
   *
   * @param what was done, for the menu: "add prompt"
   */
  public void edit(String what, UnaryOperator<Workspace> edit) {
    history.edit(edit.apply(workspace()), what);
    show();
  }

  public void undo() {
    history.undo();
    show();
  }

  public void redo() {
    history.redo();
    show();
  }

  private void show() {
    workspace.set(history.present());
    undoable.set(history.undoable().orElse(""));
    redoable.set(history.redoable().orElse(""));
    changed.set(history.isChanged());
  }

  /** An opened file, and what an earlier session did not save. */
  private record Opened(WorkspaceFile file, Optional<Workspace> unsaved) {}

  /**
   * Opens another workspace as a job.
   *
   * @param recover asked whether to take the edits that an earlier session did not save
   */
  public Job<?> open(Path another, Predicate<Path> recover) {
    return jobs.submit(
            Texts.SHARED.get("job.workspace-open", another.getFileName()),
            Jobs.FILES,
            progress -> {
              WorkspaceFile opened = WorkspaceFile.open(another);
              return new Opened(opened, opened.recovery());
            })
        .onDone(opened -> take(opened, opened.unsaved().isPresent() && recover.test(another)));
  }

  private void take(Opened opened, boolean recovered) {
    leave();
    file = opened.file();
    history = new History<>(opened.file().saved(), UNDOABLE_EDITS);
    kept = history.present();
    if (recovered) {
      opened.unsaved().ifPresent(unsaved -> history.edit(unsaved, "recover"));
    }
    path.set(opened.file().path());
    show();
  }

  /** Saves as a job; the workspace has a file. */
  public Job<?> save() {
    WorkspaceFile target = file;
    if (target == null) {
      throw new IllegalStateException("the workspace has no file yet; save it under a name");
    }
    Workspace saved = workspace();
    return jobs.submit(
            Texts.SHARED.get("job.workspace-save"),
            Jobs.FILES,
            progress -> {
              target.save(saved);
              return saved;
            })
        .onDone(this::saved);
  }

  private void saved(Workspace saved) {
    if (saved.equals(workspace())) {
      history.markSaved();
    }
    kept = saved;
    show();
  }

  /** Saves into a new file as a job. */
  public Job<?> saveAs(Path another) {
    Places before = places();
    Workspace present = workspace();
    return jobs.submit(
            Texts.SHARED.get("job.workspace-save"),
            Jobs.FILES,
            progress -> {
              Places places = new Places(another.toAbsolutePath().normalize().resolveSibling(""));
              Workspace moved = present.moved(before, places);
              return new Opened(WorkspaceFile.create(another, moved), Optional.empty());
            })
        .onDone(
            opened -> {
              Workspace now = workspace();
              take(opened, false);
              if (!now.equals(present)) { // edited meanwhile
                edit(Texts.SHARED.get("edit.pages"), saved -> now.moved(before, places()));
              }
            });
  }

  /** Keeps unsaved edits beside the file, so that no crash takes them. */
  private void autosave() {
    WorkspaceFile target = file;
    Workspace present = workspace();
    if (target != null && changed.get() && !present.equals(kept)) {
      kept = present;
      jobs.submit(
          Texts.SHARED.get("job.workspace-keep"),
          Jobs.FILES,
          progress -> {
            target.autosave(present);
            return present;
          });
    }
  }

  /** Lets go of the file, as when the window closes. */
  public void leave() {
    WorkspaceFile left = file;
    if (left != null) {
      file = null;
      jobs.submit(
          Texts.SHARED.get("job.workspace-close"),
          Jobs.FILES,
          progress -> {
            left.close();
            return left.path();
          });
    }
  }
}
