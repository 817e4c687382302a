package circuitscope.app.gui.results;

import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.figures.StoredFigures;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.paint.FigureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Takes a stored result elsewhere, with pictures of its figures. Belongs into jobs. */
final class StoredCopy {
  private StoredCopy() {}

  /** Copies a result's files and draws its figures; all of it appears at once. */
  static void write(Path folder, Path target) throws IOException {
    try (PendingOutput pending = PendingOutput.folder(target);
        Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path copy = pending.path().resolve(folder.relativize(file).toString());
        Files.createDirectories(copy.resolveSibling(""));
        Files.copy(file, copy);
      }
      FigureOutput output = FigureOutput.usual();
      for (StoredFigures.Entry entry : figures(pending.path())) {
        FigureJson.Stored stored = FigureJson.readStored(entry.file());
        Path base = entry.file().resolveSibling(entry.summary().id());
        FigureFile.writePictures(
            stored.figure(), output.style(), stored.provenance(), base, output.formats());
      }
      pending.commit();
    }
  }

  private static List<StoredFigures.Entry> figures(Path folder) throws IOException {
    return Files.isDirectory(folder.resolve("figures"))
        ? StoredFigures.in(folder).entries()
        : List.of();
  }

  /** The way to make a figure again, as it is stored with it. */
  static Map<String, String> provenance(Path folder, String figure) throws IOException {
    StoredFigures.Entry entry = StoredFigures.in(folder).choose(null, figure);
    return FigureJson.readStored(entry.file()).provenance();
  }
}
