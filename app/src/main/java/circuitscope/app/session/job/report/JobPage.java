package circuitscope.app.session.job.report;

import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.page.Html;
import circuitscope.probes.analysis.Versions;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's results as one self-contained page: figures inside, data files linked beside it. The same
 * results give the same page apart from {@code <time>} elements.
 */
final class JobPage {
  private JobPage() {}

  static void write(Path file, Path folder, JobReport report, JobRows rows) throws IOException {
    CellSection section = new CellSection(folder, rows, FigureImages.of(folder, report));
    try (Writer page = Files.newBufferedWriter(file)) {
      page.write("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
      page.write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
      page.write("<title>" + Html.escape(report.job()) + "</title>\n<style>\n");
      page.write(PageStyle.CSS + "</style>\n</head>\n<body>\n");
      page.write(navigation(report));
      page.write("<main>\n");
      page.write(beginning(folder, report));
      page.write(overview(report));
      page.write(failures(report));
      for (Outcome cell : report.cells()) {
        if (cell.state() == Outcome.State.DONE) {
          page.write(section.html(cell));
        }
      }
      page.write("<footer>Circuitscope " + Html.escape(Versions.current().product()));
      page.write("</footer>\n</main>\n<script>\n" + PageStyle.SCRIPT);
      page.write("</script>\n</body>\n</html>\n");
    }
  }

  private static String navigation(JobReport report) {
    StringBuilder html = new StringBuilder("<nav>\n<input id=\"find\" type=\"search\"");
    html.append(" placeholder=\"Find a cell\" aria-label=\"Find a cell\">\n");
    html.append("<a href=\"#top\">Overview</a>\n");
    Map<String, StringBuilder> models = new LinkedHashMap<>();
    for (Outcome cell : report.cells()) {
      String name = cell.analysis() + (cell.seed() == null ? "" : ", seed " + cell.seed());
      models
          .computeIfAbsent(cell.model(), model -> new StringBuilder())
          .append(
              "<a href=\"#cell-%d\"%s data-words=\"%s\">%s <span class=\"faint\">%s</span></a>\n"
                  .formatted(
                      cell.number(),
                      cell.state() == Outcome.State.DONE ? "" : " class=\"bad\"",
                      Html.escape(cell.cell().toLowerCase(Locale.ROOT)),
                      Html.escape(name),
                      Html.escape(cell.text())));
    }
    models.forEach(
        (model, links) ->
            html.append("<div>\n<h2>%s</h2>\n%s</div>\n".formatted(Html.escape(model), links)));
    return html.append("</nav>\n").toString();
  }

  private static String beginning(Path folder, JobReport report) throws IOException {
    StringBuilder html = new StringBuilder();
    html.append("<h1 id=\"top\">").append(Html.escape(report.job())).append("</h1>\n");
    html.append(
        "<p class=\"lead\">%d cells: %d done, %d failed, %d not run; %s in all.</p>\n"
            .formatted(
                report.cells().size(),
                report.count(Outcome.State.DONE),
                report.count(Outcome.State.FAILED),
                report.count(Outcome.State.NOT_RUN) + report.count(Outcome.State.ELSEWHERE),
                Times.seconds(report.cells().stream().mapToDouble(Outcome::seconds).sum())));
    html.append("<p class=\"files\">All numbers: <a href=\"results.csv\">results.csv</a>, ");
    html.append("<a href=\"results.jsonl\">results.jsonl</a>, ");
    html.append("<a href=\"timings.csv\">timings.csv</a>.</p>\n");
    html.append("<pre class=\"command\">circuitscope run ");
    html.append(Html.escape(Html.shell(List.of(report.file())))).append("</pre>\n");
    Path jobFile = folder.resolve(JobFiles.JOB_FILE);
    if (Files.exists(jobFile)) {
      html.append("<details><summary>The job file</summary>\n<pre>");
      html.append(Html.escape(Files.readString(jobFile))).append("</pre></details>\n");
    }
    return html.toString();
  }

  /** Analyses and texts down, models across, each cell linked. */
  private static String overview(JobReport report) {
    Map<String, Map<String, Outcome>> lines = new LinkedHashMap<>();
    for (Outcome cell : report.cells()) {
      String line =
          "<td>%s</td><td>%s</td><td>%s</td>"
              .formatted(
                  Html.escape(cell.analysis()),
                  Html.escape(cell.text()),
                  cell.seed() == null ? "" : cell.seed());
      lines.computeIfAbsent(line, key -> new LinkedHashMap<>()).put(cell.model(), cell);
    }
    List<String> models = report.cells().stream().map(Outcome::model).distinct().toList();
    StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n<tr>");
    html.append("<th>analysis</th><th>text</th><th>seed</th>");
    models.forEach(model -> html.append("<th>").append(Html.escape(model)).append("</th>"));
    html.append("</tr>\n");
    lines.forEach(
        (line, cells) -> {
          html.append("<tr>").append(line);
          models.forEach(model -> html.append(link(cells.get(model))));
          html.append("</tr>\n");
        });
    return html.append("</table></div>\n").toString();
  }

  private static String link(@Nullable Outcome cell) {
    if (cell == null) {
      return "<td></td>";
    }
    boolean done = cell.state() == Outcome.State.DONE;
    return "<td><a href=\"#cell-%d\"%s>%s</a></td>"
        .formatted(
            cell.number(),
            done ? "" : " class=\"bad\"",
            done ? "done" : cell.state() == Outcome.State.FAILED ? "failed" : "not run");
  }

  private static String failures(JobReport report) {
    StringBuilder html = new StringBuilder();
    for (Outcome cell : report.cells()) {
      if (cell.state() != Outcome.State.DONE) {
        boolean failed = cell.state() == Outcome.State.FAILED;
        html.append("<h3 class=\"bad\" id=\"cell-").append(cell.number()).append("\">");
        html.append(Html.escape(cell.cell())).append(failed ? ": failed" : ": not run");
        html.append("</h3>\n");
        if (failed) {
          html.append("<pre>").append(Times.marked(cell.problem())).append("</pre>\n");
        }
        html.append("<pre class=\"command\">").append(Html.escape(Html.shell(cell.command())));
        html.append("</pre>\n");
      }
    }
    return html.isEmpty() ? "" : "<section>\n<h2>What is missing</h2>\n" + html + "</section>\n";
  }
}
