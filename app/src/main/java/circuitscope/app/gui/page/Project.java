package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.session.workspace.History;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.UnsavedWorkspaces;
import circuitscope.app.session.workspace.Workspace;
import circuitscope.app.session.workspace.WorkspaceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
  private final Optional<UnsavedWorkspaces> unsaved;
  private @Nullable WorkspaceFile file;
  private @Nullable WorkspaceFile spare;
  private Workspace kept = Workspace.empty("");

  /** A project that is kept nowhere until it has a file. */
  public Project(Jobs jobs) {
    this(jobs, Optional.empty());
  }

  /**
   * An empty project.
   *
   * @param data where its edits are kept while it has no file; empty for nowhere
   */
  public Project(Jobs jobs, Optional<Path> data) {
    this.jobs = jobs;
    this.unsaved = data.map(folder -> new UnsavedWorkspaces(folder.resolve("unsaved")));
    jobs.every(AUTOSAVE, this::autosave);
  }

  /** Where the runs of a workspace are stored: the folder beside its file. */
  public static Path resultsOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.replace(WorkspaceFile.ENDING, "") + ".results");
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
      opened.unsaved().ifPresent(this::recovered);
    }
    path.set(opened.file().path());
    show();
  }

  private void recovered(Workspace unsaved) {
    history.edit(unsaved, Texts.SHARED.get("edit.recover"));
  }

  /**
   * Looks for a workspace without a file that an earlier process left behind, as a job.
   *
   * @param recover asked whether to take it over; what is not wanted is deleted
   */
  public Job<?> recoverUnsaved(BooleanSupplier recover) {
    return jobs.submit(
            Texts.SHARED.get("job.unsaved"),
            Jobs.FILES,
            progress -> unsaved.isEmpty() ? Optional.<WorkspaceFile>empty() : unsaved.get().left())
        .onDone(left -> left.ifPresent(found -> takeLeft(found, recover)));
  }

  private void takeLeft(WorkspaceFile found, BooleanSupplier recover) {
    if (file != null || changed.get()) { // offered again another time
      submit("job.workspace-close", found::close);
      return;
    }
    if (!recover.getAsBoolean()) {
      submit("job.workspace-close", () -> UnsavedWorkspaces.discard(found));
      return;
    }
    spare = found;
    Places there = new Places(found.path().resolveSibling(""));
    recovered(found.saved().moved(there, places()));
    kept = history.present();
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
    history.markSaved(saved);
    kept = saved;
    show();
  }

  /** Saves into a new file as a job; what can be taken back stays so. */
  public Job<?> saveAs(Path another) {
    Places before = places();
    Workspace present = workspace();
    return jobs.submit(
            Texts.SHARED.get("job.workspace-save"),
            Jobs.FILES,
            progress -> {
              Places places = new Places(another.toAbsolutePath().normalize().resolveSibling(""));
              return WorkspaceFile.create(another, present.moved(before, places));
            })
        .onDone(
            created -> {
              leave();
              file = created;
              history.replaceAll(state -> state.moved(before, places()));
              path.set(created.path());
              saved(created.saved());
            });
  }

  /** Keeps unsaved edits beside the file, or in a file for the time being. */
  private void autosave() {
    Workspace present = workspace();
    WorkspaceFile target = file;
    if (!changed.get() || present.equals(kept)) {
      return;
    }
    kept = present;
    if (target != null) {
      submit("job.workspace-keep", () -> target.autosave(present));
    } else {
      unsaved.ifPresent(place -> keepSpare(place, present.moved(places(), place.places())));
    }
  }

  private void keepSpare(UnsavedWorkspaces place, Workspace present) {
    WorkspaceFile before = spare;
    if (before != null) {
      submit("job.workspace-keep", () -> before.save(present));
      return;
    }
    jobs.submit(Texts.SHARED.get("job.workspace-keep"), Jobs.FILES, progress -> place.keep(present))
        .onDone(
            made -> {
              if (file == null && spare == null) {
                spare = made;
              } else { // it has a file by now
                submit("job.workspace-close", () -> UnsavedWorkspaces.discard(made));
              }
            });
  }

  @FunctionalInterface
  private interface FileStep {
    void run() throws IOException;
  }

  private void submit(String title, FileStep step) {
    jobs.submit(
        Texts.SHARED.get(title),
        Jobs.FILES,
        progress -> {
          step.run();
          return title;
        });
  }

  /** Lets go of the file; its edits were saved, or are not wanted. */
  public void leave() {
    WorkspaceFile left = file;
    WorkspaceFile notNeeded = spare;
    file = null;
    spare = null;
    if (left != null) {
      submit("job.workspace-close", () -> close(left));
    }
    if (notNeeded != null) {
      submit("job.workspace-close", () -> UnsavedWorkspaces.discard(notNeeded));
    }
  }

  /** As {@link #leave}, at once: for the end of the process, when jobs are over. */
  public void close() throws IOException {
    if (file != null) {
      close(file);
    }
    if (spare != null) {
      UnsavedWorkspaces.discard(spare);
    }
    file = null;
    spare = null;
  }

  private static void close(WorkspaceFile left) throws IOException {
    left.discardUnsaved();
    left.close();
  }
}
