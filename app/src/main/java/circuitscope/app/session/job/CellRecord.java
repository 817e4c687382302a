package circuitscope.app.session.job;

import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.ResultFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job remembers of a finished cell, stored beside its result as {@code cell.json}: the key
 * by which a rerun knows it again, the files that are its result, and what it took.
 *
 * @param of the key's ingredients, to see what has changed
 * @param files relative to the folder
 * @param summary the answer in a few lines
 */
public record CellRecord(
    String key, Map<String, Object> of, List<String> files, String summary, Measured measured) {
  public static final String FILE = "cell.json";

  /**
   * What a run took.
   *
   * @param parameters of the model
   * @param tokens read; null when none were
   * @param device as in {@code cpu}, {@code cuda}
   * @param seconds of the analysis, without opening the model
   * @param hostBytes the process's largest resident set meanwhile; null where that is unknown
   * @param deviceBytes the most that the device's memory was taken up; null on the CPU
   * @param diskBytes of its files
   */
  public record Measured(
      String analysis,
      long parameters,
      @Nullable Long tokens,
      String device,
      String dtype,
      double seconds,
      @Nullable Long hostBytes,
      @Nullable Long deviceBytes,
      long diskBytes) {}

  /**
   * The record in a folder that holds a whole result; null when there is none, or an older form.
   */
  public static @Nullable CellRecord read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(folder.resolve(ResultFiles.MANIFEST)) || !Files.exists(file)) {
      return null;
    }
    try {
      return Json.read(Files.readString(file), CellRecord.class);
    } catch (IOException e) {
      return null; // another version's: the cell is run again
    }
  }

  /** Relative names of everything in a folder, in their order. */
  public static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  public static long bytesOf(Path folder, List<String> files) throws IOException {
    long bytes = 0;
    for (String file : files) {
      bytes += Files.size(folder.resolve(file));
    }
    return bytes;
  }
}
