package circuitscope.app.session.job.report;

import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.ResultFiles;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every number of a job's results, one a row, in the order of the cells. */
record JobRows(List<Row> rows) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final CsvMapper CSV = new CsvMapper();
  private static final List<String> COLUMNS =
      List.of(
          "cell",
          "model",
          "text",
          "analysis",
          "question",
          "seed",
          "metric",
          "value",
          "low",
          "high");

  /** Reads the results of the cells that are done. */
  static JobRows read(Path folder, JobReport report) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Outcome cell : report.cells()) {
      if (cell.state() == Outcome.State.DONE) {
        Path of = folder.resolve(cell.folder());
        JsonNode manifest = JSON.readTree(of.resolve(ResultFiles.MANIFEST).toFile());
        String seed = manifest.hasNonNull("seed") ? manifest.get("seed").asText() : null;
        for (Metrics.Metric metric :
            Metrics.of(JSON.readTree(of.resolve("result.json").toFile()))) {
          rows.add(row(cell, seed, metric));
        }
      }
    }
    return new JobRows(rows);
  }

  private static Row row(Outcome cell, @Nullable String seed, Metrics.Metric metric) {
    return new Row(
        cell.number(),
        cell.model(),
        cell.text(),
        cell.analysis(),
        cell.question(),
        seed,
        metric.name(),
        metric.value(),
        metric.low(),
        metric.high());
  }

  /** The rows of one cell that say the same in every run. */
  List<Row> of(Outcome cell) {
    return rows.stream().filter(row -> row.cell() == cell.number() && !row.timed()).toList();
  }

  /**
   * RFC 4180 with a header; an empty field is a value that is not there.
   *
   * @param timed only what took time, else only what did not
   */
  String csv(boolean timed) throws IOException {
    CsvSchema.Builder columns = CsvSchema.builder();
    COLUMNS.forEach(columns::addColumn);
    StringWriter text = new StringWriter();
    try (var writer = CSV.writer(columns.build().withHeader()).writeValues(text)) {
      if (rows.stream().noneMatch(row -> row.timed() == timed)) {
        return String.join(",", COLUMNS) + "\n";
      }
      for (Row row : rows) {
        if (row.timed() == timed) {
          writer.write(fields(row));
        }
      }
    }
    return text.toString();
  }

  private static List<@Nullable Object> fields(Row row) {
    return Arrays.asList(
        row.cell(),
        row.model(),
        row.text(),
        row.analysis(),
        row.question(),
        row.seed(),
        row.metric(),
        row.value(),
        row.low(),
        row.high());
  }

  /**
   * The rows that say the same in every run, each a JSON document on its line; JSON has no infinite
   * number and none that is not one, so such values are left out.
   */
  String jsonLines() {
    return rows.stream()
        .filter(row -> !row.timed())
        .map(JobRows::members)
        .map(members -> Json.line(members) + "\n")
        .collect(Collectors.joining());
  }

  private static Map<String, Object> members(Row row) {
    Map<String, Object> members = new LinkedHashMap<>();
    List<@Nullable Object> fields = fields(row);
    for (int i = 0; i < fields.size(); i++) {
      Object field = fields.get(i);
      if (field != null && !(field instanceof Double number && !Double.isFinite(number))) {
        members.put(COLUMNS.get(i), field);
      }
    }
    return members;
  }
}
