package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.figures.StoredFigures;
import circuitscope.app.session.job.CellRecord;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a finished cell as it lies in its folder.
 *
 * @param document the JSON document, its end left out when it is very long
 */
public record StoredCell(String label, String summary, List<Figure> figures, String document) {
  private static final int SHOWN_CHARACTERS = 200_000;

  /** Reads it; belongs into a job. */
  static StoredCell read(CellRow row) throws IOException {
    Path folder = row.cell().folder();
    CellRecord record = CellRecord.read(folder);
    if (record == null) {
      throw new NoSuchFileException(folder.resolve(CellRecord.FILE).toString());
    }
    List<Figure> figures = new ArrayList<>();
    if (Files.isDirectory(folder.resolve("figures"))) {
      for (StoredFigures.Entry entry : StoredFigures.in(folder).entries()) {
        figures.add(FigureJson.read(entry.file()));
      }
    }
    String document = Files.readString(folder.resolve("result.json"));
    return new StoredCell(
        row.cell().label(),
        record.summary().strip(),
        figures,
        document.length() <= SHOWN_CHARACTERS
            ? document
            : document.substring(0, SHOWN_CHARACTERS) + Texts.SHARED.get("result.cut"));
  }
}
