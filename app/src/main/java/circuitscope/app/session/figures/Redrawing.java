package circuitscope.app.session.figures;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.figure.Restyling;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** How a stored figure is drawn again. */
public record Redrawing(Restyling restyling, FigureStyle style, Set<Format> formats) {

  /**
   * Draws it, with the provenance that it was stored with.
   *
   * @param base directory and name without an extension. Its data goes beside the pictures, unless
   *     that would replace the stored figure: the numbers there stay as they are.
   * @return the files written
   */
  public List<Path> draw(StoredFigures.Entry entry, Path base) throws IOException {
    FigureJson.Stored stored = FigureJson.readStored(entry.file());
    Figure figure = restyling.of(stored.figure());
    Path twin = base.resolveSibling(base.getFileName() + ".json");
    boolean ownPlace = Files.exists(twin) && Files.isSameFile(twin, entry.file());
    return ownPlace
        ? FigureFile.writePictures(figure, style, stored.provenance(), base, formats)
        : FigureFile.write(figure, style, stored.provenance(), base, formats);
  }
}
