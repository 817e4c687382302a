package circuitscope.app.session.stored;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.workspace.ResultDigest;
import circuitscope.probes.analysis.ResultFiles;
import circuitscope.viz.layout.FigureStyle;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A run that was stored by itself: what {@code --out} writes but the pictures, which are drawn
 * again from the figures' data, and the summary as {@value #SUMMARY}.
 *
 * @param digest see {@link ResultDigest}
 */
public record KeptRun(String analysis, Path folder, String digest) {
  public static final String SUMMARY = "summary.txt";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneId.systemDefault());

  /** Stores a run in a new folder below {@code results}; all of it appears at once. */
  public static KeptRun write(AnalysisRun.Finished<?, ?> finished, Path results)
      throws IOException {
    String analysis = finished.run().analysis().id();
    Path folder = free(results, NAME.format(finished.started()) + "-" + analysis);
    finished.write(
        folder,
        new FigureOutput(FigureStyle.doubleColumn(), Set.of()),
        root ->
            Files.writeString(
                root.resolve(SUMMARY),
                finished.result().summary().strip() + System.lineSeparator()));
    return new KeptRun(analysis, folder, ResultDigest.of(folder));
  }

  private static Path free(Path results, String name) throws IOException {
    Files.createDirectories(results);
    Path folder = results.resolve(name);
    for (int number = 2; Files.exists(folder); number++) {
      folder = results.resolve(name + "-" + number);
    }
    return folder;
  }

  /**
   * Deletes a result's own files, then its folders as far as nothing else lies in them. Links are
   * not followed.
   *
   * @throws IOException when there is no result in the folder
   */
  public static void delete(Path folder) throws IOException {
    if (Files.isSymbolicLink(folder) || !ResultDigest.isResult(folder)) {
      throw new IOException(folder + ": there is no result in it; nothing was deleted");
    }
    for (String inside : List.of("tables", "figures")) {
      Path part = folder.resolve(inside);
      if (Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
        deleteFiles(part);
        deleteIfEmpty(part);
      }
    }
    for (String file :
        List.of("tensors.safetensors", SUMMARY, "result.json", ResultFiles.MANIFEST)) {
      Files.deleteIfExists(folder.resolve(file));
    }
    deleteIfEmpty(folder);
  }

  private static void deleteFiles(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path file : inside.toList()) {
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(file);
        }
      }
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // someone put something there; it stays
    }
  }
}
