package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.compare.Comparison;
import circuitscope.app.session.compare.Side;
import circuitscope.app.session.figures.StoredFigures;
import circuitscope.app.session.stored.KeptRun;
import circuitscope.app.session.workspace.ResultDigest;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Json;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads stored results as a page shows them, without the model. Belongs into jobs. */
final class StoredParts {
  /** That of the command line. */
  private static final long SEED = 0;

  private StoredParts() {}

  static Outcome.Parts of(Path folder) throws IOException {
    Side stored = Side.read("", folder);
    List<DataTable> tables = new ArrayList<>();
    stored.tables().forEach((name, rows) -> tables.add(table(name, rows)));
    List<Outcome.Entry> protocol = new ArrayList<>();
    flatten("", stored.manifest(), protocol);
    Path summary = folder.resolve(KeptRun.SUMMARY);
    return new Outcome.Parts(
        Files.isRegularFile(summary) ? Files.readString(summary).strip() : "",
        figures(folder),
        tables,
        protocol,
        Files.readString(folder.resolve("result.json")).strip());
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

  /** One result, and whether its files are those that were added. */
  static Shown.One one(Row row) throws IOException {
    boolean changed = !row.item().digest().equals(ResultDigest.of(row.folder()));
    return new Shown.One(row, of(row.folder()), changed);
  }

  /** Two results as {@code circuitscope compare A B} gives them, else beside each other. */
  static Shown two(Row a, Row b) throws IOException {
    if (!a.item().analysis().equals(b.item().analysis())) {
      String reason = Words.TEXTS.get("other-analyses", a.title(), b.title());
      return new Shown.Beside(a, b, reason, of(a.folder()), of(b.folder()));
    }
    try {
      Comparison comparison = Compare.stored(a.folder(), b.folder(), SEED);
      return new Shown.Compared(a, b, comparison, of(comparison));
    } catch (IOException | IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      return new Shown.Beside(a, b, reason, of(a.folder()), of(b.folder()));
    }
  }

  private static Outcome.Parts of(Comparison comparison) {
    List<Outcome.Entry> protocol = new ArrayList<>();
    for (Map.Entry<String, Comparison.About> side :
        List.of(Map.entry("A", comparison.a()), Map.entry("B", comparison.b()))) {
      Comparison.About about = side.getValue();
      protocol.add(new Outcome.Entry(side.getKey(), about.label()));
      protocol.add(new Outcome.Entry(side.getKey() + ".model", about.model()));
      protocol.add(new Outcome.Entry(side.getKey() + ".model_digest", about.modelDigest()));
      protocol.add(new Outcome.Entry(side.getKey() + ".tokens_digest", about.tokensDigest()));
    }
    comparison
        .protocol()
        .forEach((name, value) -> protocol.add(new Outcome.Entry(name, value.toString())));
    return new Outcome.Parts(
        comparison.summary().strip(),
        comparison.figures(),
        comparison.tables(),
        protocol,
        Json.pretty(comparison));
  }
}
