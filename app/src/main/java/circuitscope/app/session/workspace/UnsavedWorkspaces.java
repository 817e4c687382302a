package circuitscope.app.session.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Workspaces that have no file of their own yet, each kept in one of this folder so that no crash
 * takes it. A process holds the lock of its own; one whose lock is free was left by a crash.
 */
public record UnsavedWorkspaces(Path folder) {
  private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  /** How paths stand in the files here. */
  public Places places() {
    return new Places(folder);
  }

  /** A new file for a workspace, whose paths are written as {@link #places} says. */
  public WorkspaceFile keep(Workspace workspace) throws IOException {
    String name =
        "unsaved-" + LocalDateTime.now(ZoneOffset.UTC).format(NAME) + WorkspaceFile.ENDING;
    return WorkspaceFile.create(folder.resolve(name), workspace);
  }

  /** The latest that a process left behind, opened; the caller discards or closes it. */
  public Optional<WorkspaceFile> left() throws IOException {
    for (Path file : files()) {
      Optional<WorkspaceFile> opened = opened(file);
      if (opened.isPresent()) {
        return opened;
      }
    }
    return Optional.empty();
  }

  /** Empty where another process holds it, or it can no longer be read: not ours to offer. */
  private static Optional<WorkspaceFile> opened(Path file) throws IOException {
    try {
      return Optional.of(WorkspaceFile.open(file));
    } catch (WorkspaceException e) {
      return Optional.empty();
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(WorkspaceFile.ENDING))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  /** Deletes one of them, which has a file elsewhere by now, or is not wanted. */
  public static void discard(WorkspaceFile file) throws IOException {
    file.delete();
  }
}
