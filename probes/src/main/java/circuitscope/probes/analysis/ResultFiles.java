package circuitscope.probes.analysis;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a result as files that other tools read:
 *
 * <pre>
 * result.json            the answer
 * manifest.json          how it was made
 * tensors.safetensors    what is too large for JSON
 * tables/NAME.csv        rows under named columns
 * figures/ID.*           each figure: its data and its pictures
 * </pre>
 */
public final class ResultFiles {
  public static final String MANIFEST = "manifest.json";

  private static final CsvMapper CSV = new CsvMapper();

  /** Writes a figure's data and pictures. */
  @FunctionalInterface
  public interface FigurePainter {
    /**
     * Writes one figure.
     *
     * @param base the files' path without their endings, in a folder that exists
     */
    void write(Figure figure, Manifest manifest, Path base) throws IOException;
  }

  /** Writes files that appear together with a result's own. */
  @FunctionalInterface
  public interface Companions {
    Companions NONE = root -> {};

    /**
     * Writes them, after the result's own.
     *
     * @param root the folder that holds the result's files and will become the result's folder
     */
    void write(Path root) throws IOException;
  }

  private ResultFiles() {}

  /** Writes everything into {@code folder}; files appear there when all are whole. */
  public static void write(
      Path folder, Result result, Manifest manifest, FigurePainter painter, Companions companions)
      throws IOException {
    try (PendingOutput pending = PendingOutput.folder(folder)) {
      Path root = pending.path();
      writeText(root.resolve("result.json"), Json.pretty(result));
      writeText(root.resolve(MANIFEST), Json.pretty(manifest));
      if (!result.tensors().isEmpty()) {
        SafetensorsWriter.write(
            root.resolve("tensors.safetensors"), metadata(manifest), result.tensors());
      }
      for (DataTable table : result.tables()) {
        writeCsv(root.resolve("tables").resolve(table.name() + ".csv"), table);
      }
      for (Figure figure : result.figures()) {
        Path figures = Files.createDirectories(root.resolve("figures"));
        painter.write(figure, manifest, figures.resolve(figure.id()));
      }
      companions.write(root);
      pending.commit();
    }
  }

  /** Writes the result's tensors alone, with the manifest in the file's metadata. */
  public static void writeTensors(Path file, Result result, Manifest manifest) throws IOException {
    if (result.tensors().isEmpty()) {
      throw new IllegalArgumentException(
          "%s gives no tensors to write into %s; name a folder instead"
              .formatted(manifest.analysis(), file));
    }
    try (PendingOutput pending = PendingOutput.file(file)) {
      SafetensorsWriter.write(pending.path(), metadata(manifest), result.tensors());
      pending.commit();
    }
  }

  private static Map<String, String> metadata(Manifest manifest) {
    return Map.of("manifest", Json.pretty(manifest));
  }

  private static void writeText(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text.endsWith("\n") ? text : text + "\n");
  }

  private static void writeCsv(Path file, DataTable table) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    CsvSchema.Builder columns = CsvSchema.builder();
    table.columns().forEach(columns::addColumn);
    CsvSchema schema = columns.build().withHeader();
    try (Writer writer = Files.newBufferedWriter(file);
        var rows = CSV.writer(schema).writeValues(writer)) {
      rows.writeAll(table.rows());
    }
  }
}
