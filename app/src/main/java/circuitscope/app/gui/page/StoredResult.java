package circuitscope.app.gui.page;

import circuitscope.app.session.compare.Side;
import circuitscope.app.session.figures.StoredFigures;
import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.stored.KeptRun;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a stored result as {@link ResultView} shows it, without the model. Belongs into jobs. */
public final class StoredResult {
  private StoredResult() {}

  /**
   * What lies in a result's folder; the summary is there for runs of the window and of job files.
   *
   * @throws IOException when there is no whole result in it
   */
  public static Outcome.Parts of(Path folder) throws IOException {
    Side stored = Side.read("", folder);
    List<DataTable> tables = new ArrayList<>();
    stored.tables().forEach((name, rows) -> tables.add(table(name, rows)));
    List<Outcome.Entry> protocol = new ArrayList<>();
    flatten("", stored.manifest(), protocol);
    return new Outcome.Parts(
        summary(folder).strip(),
        figures(folder),
        tables,
        protocol,
        Files.readString(folder.resolve("result.json")).strip());
  }

  private static String summary(Path folder) throws IOException {
    Path kept = folder.resolve(KeptRun.SUMMARY);
    if (Files.isRegularFile(kept)) {
      return Files.readString(kept);
    }
    CellRecord cell = CellRecord.read(folder);
    return cell == null ? "" : cell.summary();
  }

  private static List<Figure> figures(Path folder) throws IOException {
    if (!Files.isDirectory(folder.resolve("figures"))) {
      return List.of();
    }
    List<Figure> figures = new ArrayList<>();
    for (StoredFigures.Entry entry : StoredFigures.in(folder).entries()) {
      figures.add(FigureJson.read(entry.file()));
    }
    return figures;
  }

  private static DataTable table(String name, ArrayNode rows) {
    List<String> columns = new ArrayList<>();
    if (!rows.isEmpty()) {
      rows.get(0).fieldNames().forEachRemaining(columns::add);
    }
    List<List<Object>> values = new ArrayList<>();
    for (JsonNode row : rows) {
      values.add(columns.stream().map(column -> value(row.path(column))).toList());
    }
    return new DataTable(name, columns, values);
  }

  private static Object value(JsonNode value) {
    return value.isNumber() ? value.numberValue() : value.asText();
  }

  private static void flatten(String prefix, JsonNode node, List<Outcome.Entry> entries) {
    node.properties()
        .forEach(
            field -> {
              String name = prefix + field.getKey();
              JsonNode value = field.getValue();
              if (value.isObject()) {
                flatten(name + ".", value, entries);
              } else {
                entries.add(
                    new Outcome.Entry(name, value.isArray() ? words(value) : value.asText()));
              }
            });
  }

  private static String words(JsonNode list) {
    return String.join(" ", list.valueStream().map(JsonNode::asText).toList());
  }
}
