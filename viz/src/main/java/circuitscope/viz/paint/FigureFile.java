package circuitscope.viz.paint;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Marks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures as files. The same figure, style and provenance give the same bytes. Each file is written
 * beside its place and then moved there, so that a reader never meets half of one.
 */
public final class FigureFile {
  private FigureFile() {}

  /**
   * Writes {@code BASE.svg}, {@code BASE.pdf} and {@code BASE.png} as asked for, and always the
   * data: {@code BASE.json}, from which {@link FigureJson} reads the figure back, and {@code
   * BASE.csv}.
   *
   * @param provenance where the numbers come from; goes into SVG metadata, PDF properties, PNG text
   *     and the JSON
   * @param base directory and name without an extension; the directory is made if it is missing
   * @return the files written
   */
  public static List<Path> write(
      Figure figure,
      FigureStyle style,
      Map<String, String> provenance,
      Path base,
      Set<Format> formats)
      throws IOException {
    List<Path> written = writePictures(figure, style, provenance, base, formats);
    byte[] json = FigureJson.write(figure, provenance).getBytes(StandardCharsets.UTF_8);
    written.add(place(base, ".json", out -> out.write(json)));
    for (Map.Entry<String, String> table : FigureData.csv(figure).entrySet()) {
      byte[] csv = table.getValue().getBytes(StandardCharsets.UTF_8);
      written.add(place(base, table.getKey() + ".csv", out -> out.write(csv)));
    }
    return written;
  }

  /** Writes the pictures alone, beside data that is stored already. */
  public static List<Path> writePictures(
      Figure figure,
      FigureStyle style,
      Map<String, String> provenance,
      Path base,
      Set<Format> formats)
      throws IOException {
    Description description = Description.of(figure, provenance);
    Marks marks = Layout.of(figure, style);
    Files.createDirectories(base.toAbsolutePath().getParent());
    List<Path> written = new ArrayList<>();
    for (Format format : Format.values()) {
      if (formats.contains(format)) {
        written.add(
            place(
                base,
                "." + format.extension(),
                out -> paint(marks, format, style.dpi(), description, out)));
      }
    }
    return written;
  }

  /** Paints one figure in one format to a stream, which stays open. */
  public static void paint(
      Figure figure,
      FigureStyle style,
      Map<String, String> provenance,
      Format format,
      OutputStream out)
      throws IOException {
    paint(Layout.of(figure, style), format, style.dpi(), Description.of(figure, provenance), out);
  }

  private static void paint(
      Marks marks, Format format, int dpi, Description description, OutputStream out)
      throws IOException {
    switch (format) {
      case SVG -> SvgPainter.write(marks, description, out);
      case PDF -> PdfPainter.write(marks, description, out);
      case PNG -> PngPainter.write(marks, dpi, description, out);
    }
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static Path place(Path base, String ending, Content content) throws IOException {
    Path target = base.resolveSibling(base.getFileName() + ending);
    Path unfinished = base.resolveSibling(base.getFileName() + ending + ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
        content.writeTo(out);
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return target;
  }
}
