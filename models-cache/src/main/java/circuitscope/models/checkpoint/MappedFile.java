package circuitscope.models.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A whole file in memory, of any size, read-only and read by the system when it is touched. */
public final class MappedFile {
  private MappedFile() {}

  /**
   * Maps a file for as long as {@code arena} lives.
   *
   * @throws CheckpointException if it cannot be read or has fewer than {@code leastBytes}
   */
  public static MemorySegment map(Path file, Arena arena, long leastBytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < leastBytes) {
        throw new CheckpointException(
            file,
            "has %d bytes, expected at least %d; the file is truncated, fetch it again"
                .formatted(size, leastBytes));
      }
      return channel.map(MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e, e);
    }
  }
}
