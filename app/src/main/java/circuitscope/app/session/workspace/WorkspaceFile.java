package circuitscope.app.session.workspace;

import circuitscope.app.session.workspace.WorkspaceFormat.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A workspace's file, held open by one window or command at a time.
 *
 * <pre>
 * NAME.circuitscope.json            the workspace as saved
 * NAME.circuitscope.json.previous   as it was before the last save
 * NAME.circuitscope.json.unsaved    edits not yet saved, kept by autosave; deleted by a save
 * .NAME.circuitscope.json.lock      who has it open
 * </pre>
 *
 * <p>Every one of them is written beside its place, synchronised and moved there, so each holds its
 * old or its new content whenever the process or the machine stops. After a stop {@link #recovery}
 * gives the edits that had not been saved. Not for several threads, except that saves may be made
 * on another thread than the rest, one at a time.
 */
public final class WorkspaceFile implements AutoCloseable {
  /** What the names of workspaces end with. */
  public static final String ENDING = ".circuitscope.json";

  private final Path path;
  private final WorkspaceFormat format;
  private final FileSteps steps;
  private final WorkspaceLock lock;
  private Document saved;

  private WorkspaceFile(
      Path path, WorkspaceFormat format, FileSteps steps, WorkspaceLock lock, Document saved) {
    this.path = path;
    this.format = format;
    this.steps = steps;
    this.lock = lock;
    this.saved = saved;
  }

  /**
   * A new file that holds {@code workspace}.
   *
   * @throws WorkspaceException when there is one already
   */
  public static WorkspaceFile create(Path path, Workspace workspace) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    if (!file.toString().endsWith(ENDING)) {
      throw new WorkspaceException(
          "%s: a workspace's name ends with %s; call it %s%s"
              .formatted(path, ENDING, path.toString().replaceFirst("\\.json$", ""), ENDING));
    }
    Files.createDirectories(file.resolveSibling(""));
    WorkspaceLock lock = WorkspaceLock.take(file);
    try {
      if (Files.exists(file)) {
        throw new WorkspaceException(path + " exists already; open it, or choose another name");
      }
      Document first = new Document(workspace, 0);
      WorkspaceFile created =
          new WorkspaceFile(file, WorkspaceFormat.current(), FileSteps.real(), lock, first);
      created.save(workspace);
      return created;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens a file and keeps others from doing so until it is closed or the process ends.
   *
   * @throws WorkspaceException when another window has it, or it cannot be understood
   */
  public static WorkspaceFile open(Path path) throws IOException {
    return open(path, WorkspaceFormat.current(), FileSteps.real());
  }

  static WorkspaceFile open(Path path, WorkspaceFormat format, FileSteps steps) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    if (!Files.exists(file)) {
      throw new NoSuchFileException(path.toString());
    }
    WorkspaceLock lock = WorkspaceLock.take(file);
    try {
      return new WorkspaceFile(file, format, steps, lock, read(file, format));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** What a file holds, for those who only look. */
  public static Workspace read(Path path) throws IOException {
    return read(path, WorkspaceFormat.current()).workspace();
  }

  private static Document read(Path path, WorkspaceFormat format) throws IOException {
    try {
      return format.read(Files.readAllBytes(path), path);
    } catch (WorkspaceException e) {
      Path previous = beside(path, ".previous");
      if (!Files.exists(previous) || path.toString().endsWith(".previous")) {
        throw e;
      }
      throw new WorkspaceException(
          "%s. What it held before the last save is in %s: copy that over it to go back"
              .formatted(e.getMessage(), previous),
          e);
    }
  }

  public Path path() {
    return path;
  }

  /** How paths stand in this workspace. */
  public Places places() {
    return new Places(path.resolveSibling(""));
  }

  /** The workspace as opened or saved last. */
  public Workspace saved() {
    return saved.workspace();
  }

  /** Edits of an earlier session that ended before it saved them; ask before using them. */
  public Optional<Workspace> recovery() throws IOException {
    Path unsaved = beside(path, ".unsaved");
    if (!Files.exists(unsaved)) {
      return Optional.empty();
    }
    Document document = format.read(Files.readAllBytes(unsaved), unsaved);
    boolean news =
        document.revision() > saved.revision() && !document.workspace().equals(saved.workspace());
    return news ? Optional.of(document.workspace()) : Optional.empty();
  }

  /** Replaces the file's content; the content before it stays as {@code .previous}. */
  public void save(Workspace workspace) throws IOException {
    Document next = new Document(workspace, saved.revision() + 1);
    if (Files.exists(path)) {
      steps.replace(beside(path, ".previous"), Files.readAllBytes(path));
    }
    steps.replace(path, format.write(next));
    saved = next;
    discardUnsaved();
  }

  /** Keeps edits beside the file without saving them. */
  public void autosave(Workspace workspace) throws IOException {
    steps.replace(
        beside(path, ".unsaved"), format.write(new Document(workspace, saved.revision() + 1)));
  }

  /** Forgets what autosave kept, as when edits are thrown away on closing. */
  public void discardUnsaved() throws IOException {
    steps.delete(beside(path, ".unsaved"));
  }

  /** Closes it and deletes everything that was written for it. */
  void delete() throws IOException {
    close();
    for (String ending : List.of("", ".previous", ".unsaved")) {
      steps.delete(beside(path, ending));
    }
    steps.delete(WorkspaceLock.file(path));
  }

  private static Path beside(Path path, String ending) {
    return path.resolveSibling(path.getFileName() + ending);
  }

  /** Lets others open it; what autosave kept stays. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
