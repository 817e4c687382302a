package circuitscope.app.session.job.report;

import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.page.Html;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Figures as they stand in the page: in both themes while they are few, else as for print, so that
 * a page of hundreds of cells can still be opened.
 */
record FigureImages(boolean bothThemes) {
  private static final double WIDTH_MM = 150;
  private static final int FEW = 150;
  private static final int LARGEST_CHARACTERS = 3_000_000;

  static FigureImages of(Path folder, JobReport report) throws IOException {
    int count = 0;
    for (Outcome cell : report.cells()) {
      count += cell.state() == Outcome.State.DONE ? files(folder.resolve(cell.folder())).size() : 0;
    }
    return new FigureImages(count <= FEW);
  }

  /** The stored figures of a result, in the order of their names. */
  static List<Path> files(Path result) throws IOException {
    Path figures = result.resolve("figures");
    if (!Files.isDirectory(figures)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(figures)) {
      return list.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /**
   * One figure with its caption.
   *
   * @param link the file's address from the page
   */
  String html(Path file, String link) throws IOException {
    Figure figure = FigureJson.read(file);
    String light = Html.image(figure, WIDTH_MM, Theme.LIGHT);
    StringBuilder html = new StringBuilder("<figure>\n");
    if (light.length() > LARGEST_CHARACTERS) {
      html.append("<p class=\"files\">Too large to stand here: <a href=\"")
          .append(Html.escape(link));
      html.append("\">its data</a> and pictures.</p>\n");
    } else {
      html.append("<picture>");
      if (bothThemes) {
        html.append("<source media=\"(prefers-color-scheme: dark)\" srcset=\"");
        html.append(Html.image(figure, WIDTH_MM, Theme.DARK)).append("\">");
      }
      html.append("<img loading=\"lazy\" alt=\"").append(Html.escape(figure.title()));
      html.append("\" src=\"").append(light).append("\"></picture>\n");
    }
    html.append("<figcaption>").append(Html.escape(figure.caption()));
    return html.append("</figcaption>\n</figure>\n").toString();
  }
}
