package circuitscope.app.session.workspace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Keeps two windows from writing one workspace. The system's own file lock, which ends with the
 * process however that ends; the lock's file stays and says who took it last.
 */
final class WorkspaceLock implements AutoCloseable {
  private final FileChannel channel;

  private WorkspaceLock(FileChannel channel) {
    this.channel = channel;
  }

  static WorkspaceLock take(Path workspace) throws IOException {
    Path file = file(workspace);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(workspace, file);
      }
      String owner =
          "process %d since %s\n"
              .formatted(
                  ProcessHandle.current().pid(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
      return new WorkspaceLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw taken(workspace, file);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The file that is locked. */
  static Path file(Path workspace) {
    return workspace.resolveSibling("." + workspace.getFileName() + ".lock");
  }

  private static WorkspaceException taken(Path workspace, Path file) throws IOException {
    return new WorkspaceException(
        "%s is open already (%s); close it there, or save this one under another name"
            .formatted(workspace, Files.readString(file).strip()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
