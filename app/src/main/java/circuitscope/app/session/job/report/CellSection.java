package circuitscope.app.session.job.report;

import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.page.Html;
import circuitscope.probes.analysis.ResultFiles;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One finished cell on the page, from its files. */
final class CellSection {
  private static final JsonMapper JSON = new JsonMapper();
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
  private static final int SUMMARY_LINES = 24;
  private static final int METRICS = 24;
  private static final int TABLE_ROWS = 25;

  private final Path folder;
  private final JobRows rows;
  private final FigureImages images;

  CellSection(Path folder, JobRows rows, FigureImages images) {
    this.folder = folder;
    this.rows = rows;
    this.images = images;
  }

  String html(Outcome cell) throws IOException {
    Path result = folder.resolve(cell.folder());
    JsonNode manifest = JSON.readTree(result.resolve(ResultFiles.MANIFEST).toFile());
    StringBuilder html = new StringBuilder("<section id=\"cell-");
    html.append(cell.number()).append("\">\n<h2>").append(Html.escape(cell.cell()));
    html.append("</h2>\n<p class=\"lead\">").append(Html.escape(manifest.path("title").asText()));
    html.append(", ").append(Html.escape(manifest.path("device").asText())).append(' ');
    html.append(Html.escape(manifest.path("dtype").asText())).append(", ");
    html.append(Times.seconds(manifest.path("wall_seconds").asDouble())).append("</p>\n");
    CellRecord record = CellRecord.read(result);
    if (record != null) {
      html.append("<pre>").append(Times.marked(shortened(record.summary()))).append("</pre>\n");
    }
    html.append("<div class=\"figures\">\n");
    for (Path figure : FigureImages.files(result)) {
      html.append(images.html(figure, cell.folder() + "/figures/" + figure.getFileName()));
    }
    html.append("</div>\n");
    html.append(metrics(cell));
    for (Path table : tables(result)) {
      html.append(table(table));
    }
    html.append("<h3>Again</h3>\n<pre class=\"command\">");
    html.append(Html.escape(Html.shell(cell.command()))).append("</pre>\n");
    html.append(parameters(manifest.path("parameters")));
    html.append("<details><summary>Manifest</summary>\n<pre>");
    html.append(Times.marked(Files.readString(result.resolve(ResultFiles.MANIFEST)).strip()));
    html.append("</pre></details>\n<p class=\"files\">Files: <a href=\"");
    html.append(Html.escape(cell.folder())).append("/\">").append(Html.escape(cell.folder()));
    return html.append("/</a></p>\n</section>\n").toString();
  }

  /** Long listings are in the files; the page shows their beginning. */
  private static String shortened(String text) {
    List<String> lines = text.strip().lines().toList();
    return lines.size() <= SUMMARY_LINES
        ? String.join("\n", lines)
        : String.join("\n", lines.subList(0, SUMMARY_LINES)) + "\n…";
  }

  private String metrics(Outcome cell) {
    List<Row> of = rows.of(cell);
    StringBuilder html = new StringBuilder("<details><summary>");
    html.append(String.format(Locale.ROOT, "%,d numbers", of.size())).append("</summary>\n");
    html.append("<div class=\"wide\"><table>\n<tr><th>metric</th><th>value</th>");
    html.append("<th>low</th><th>high</th></tr>\n");
    for (Row row : of.subList(0, Math.min(METRICS, of.size()))) {
      html.append("<tr><td>").append(Html.escape(row.metric())).append("</td>");
      html.append(number(row.value())).append(number(row.low())).append(number(row.high()));
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
    if (of.size() > METRICS) {
      html.append("<p class=\"files\">All of them: <a href=\"results.csv\">results.csv</a>, cell ");
      html.append(cell.number()).append(".</p>\n");
    }
    return html.append("</details>\n").toString();
  }

  private static String number(@Nullable Double value) {
    String text = value == null ? "" : String.format(Locale.ROOT, "%.6g", value);
    return "<td class=\"number\">" + text + "</td>";
  }

  private static List<Path> tables(Path result) throws IOException {
    Path tables = result.resolve("tables");
    if (!Files.isDirectory(tables)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(tables)) {
      return list.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
  }

  private static String table(Path file) throws IOException {
    StringBuilder html = new StringBuilder("<details><summary>Table ");
    html.append(Html.escape(String.valueOf(file.getFileName())));
    html.append("</summary>\n<div class=\"wide\"><table>\n");
    int shown = 0;
    List<String> header = List.of();
    try (var lines = CSV.readerFor(String[].class).<String[]>readValues(file.toFile())) {
      while (lines.hasNextValue() && shown <= TABLE_ROWS) {
        List<String> fields = List.of(lines.nextValue());
        header = shown == 0 ? fields : header;
        String tag = shown == 0 ? "th" : "td";
        html.append("<tr>");
        for (int i = 0; i < fields.size(); i++) {
          boolean timed = shown > 0 && header.get(i).matches("(?i).*(seconds|per_second)");
          String text = Html.escape(fields.get(i));
          html.append('<').append(tag).append('>').append(timed ? Times.mark(text) : text);
          html.append("</").append(tag).append('>');
        }
        html.append("</tr>\n");
        shown++;
      }
      html.append("</table></div>\n");
      html.append(lines.hasNextValue() ? "<p class=\"files\">and more in the file.</p>\n" : "");
    }
    return html.append("</details>\n").toString();
  }

  private static String parameters(JsonNode parameters) {
    StringBuilder html = new StringBuilder("<details><summary>Parameters</summary>\n<table>\n");
    for (Map.Entry<String, JsonNode> one : parameters.properties()) {
      String value =
          one.getValue().isValueNode() ? one.getValue().asText() : one.getValue().toString();
      html.append("<tr><td>").append(Html.escape(one.getKey())).append("</td><td>");
      html.append(Html.escape(value)).append("</td></tr>\n");
    }
    return html.append("</table></details>\n").toString();
  }
}
