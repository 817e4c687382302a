package circuitscope.app.session.workspace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The single steps that a save is made of. Tests put a kill before, inside and after each. */
interface FileSteps {
  /** Makes the file hold these bytes; until {@link #sync} a power cut may take any of them. */
  void write(Path file, byte[] bytes) throws IOException;

  /** Returns when the file's bytes are on the disk. */
  void sync(Path file) throws IOException;

  /** Gives the file its new name, replacing what had it, at once. */
  void move(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  /** Returns when the names in the folder are on the disk, where the system can do that. */
  void syncFolder(Path folder) throws IOException;

  /** The steps on the real file system. */
  static FileSteps real() {
    return new FileSteps() {
      @Override
      public void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
      }

      @Override
      public void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }

      @Override
      public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }

      @Override
      public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
      }

      @Override
      public void syncFolder(Path folder) throws IOException {
        if (!System.getProperty("os.name").startsWith("Windows")) { // no folder can be opened there
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      }
    };
  }

  /** A file that holds the old bytes or the new ones, whatever happens meanwhile. */
  default void replace(Path file, byte[] bytes) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".new");
    write(beside, bytes);
    sync(beside);
    move(beside, file);
    syncFolder(file.resolveSibling(""));
  }
}
