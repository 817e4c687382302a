package circuitscope.app.gui.page;

import circuitscope.probes.analysis.Manifest;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A figure as one file for a paper. */
public record FigureExport(Figure figure, Format format, FigureStyle style) {
  /** A name for the file: the figure's id and the format's ending. */
  public String fileName() {
    return figure.id() + "." + format.extension();
  }

  /** The format that a file's name asks for; this one's where it asks for none. */
  public FigureExport named(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (Format one : Format.values()) {
      if (name.endsWith("." + one.extension())) {
        return new FigureExport(figure, one, style);
      }
    }
    return this;
  }

  /** The way to make a figure again, as it is stored with it. */
  public static Map<String, String> provenance(Manifest manifest) {
    return Map.of(
        "command", ShellWords.join(manifest.command()),
        "model", manifest.model().name(),
        "model_digest", manifest.model().digest(),
        "version", manifest.versions().product());
  }

  /** Writes it, with the way to make it again; belongs into a job. */
  public void write(Path file, Map<String, String> provenance) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      FigureFile.paint(figure, style, provenance, format, out);
    }
  }
}
