package circuitscope.app.session.tour;

import circuitscope.app.session.OpenModel;
import circuitscope.app.session.page.Html;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Versions;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The tour as one self-contained page: figures inside, data files linked beside it. */
final class TourPage {
  /**
   * One stop.
   *
   * @param folder the folder of its files, beside the page
   * @param command what repeats it
   */
  record Section(
      String folder, String question, String meaning, Result result, List<String> command) {}

  private static final double FIGURE_MM = 150;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c1f24; --faint: #5b6470; --paper: #ffffff;
        --panel: #f4f5f7; --line: #d9dde3; --accent: #1f5fa8; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6e8eb; --faint: #9aa3ae; --paper: #15181c; --panel: #1e2227;
          --line: #33393f; --accent: #7db4f0; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 17px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; }
      main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
      h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
      h2 { font-size: 1.35rem; line-height: 1.3; margin: 3.5rem 0 .5rem; }
      p { margin: .75rem 0; }
      .lead, figcaption, .files { color: var(--faint); }
      figure { margin: 1.5rem 0; }
      figure img { display: block; width: 100%; height: auto; border: 1px solid var(--line);
        border-radius: 6px; }
      figcaption { font-size: .9rem; margin-top: .5rem; }
      pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
        padding: .75rem 1rem; overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono",
        monospace; }
      pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
      .files { font-size: .9rem; }
      a { color: var(--accent); }
      footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line);
        color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
      """;

  private TourPage() {}

  static String html(OpenModel model, List<Section> sections) throws IOException {
    var spec = model.model().spec();
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>Circuitscope: a first tour</title>\n<style>\n");
    html.append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    html.append("<h1>A first tour of ")
        .append(Html.escape(model.choice().model()))
        .append("</h1>\n");
    html.append(
        "<p class=\"lead\">%s, %d layers of %d heads, %d wide, a vocabulary of %s tokens.</p>\n"
            .formatted(
                Html.escape(spec.family()),
                spec.layers(),
                spec.attention().heads(),
                spec.dModel(),
                String.format(Locale.ROOT, "%,d", spec.vocab())));
    for (Section section : sections) {
      append(html, section);
    }
    html.append("<footer>Circuitscope ").append(Html.escape(Versions.current().product()));
    html.append(", libtorch ").append(Html.escape(Versions.current().libtorch()));
    html.append(", ").append(Html.escape(model.model().device().toString())).append(' ');
    html.append(model.choice().dtype()).append(". Weights: SHA-256 ");
    html.append(model.model().identity().digest()).append("</footer>\n");
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void append(StringBuilder html, Section section) throws IOException {
    html.append("<section>\n<h2>").append(Html.escape(section.question())).append("</h2>\n");
    html.append("<p>").append(Html.escape(section.meaning())).append("</p>\n");
    html.append("<pre>")
        .append(Html.escape(shortened(section.result().summary())))
        .append("</pre>\n");
    for (Figure figure : section.result().figures()) {
      html.append("<figure>\n<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"");
      html.append(Html.image(figure, FIGURE_MM, Theme.DARK)).append("\">\n<img alt=\"");
      html.append(Html.escape(figure.title())).append("\" src=\"");
      html.append(Html.image(figure, FIGURE_MM, Theme.LIGHT))
          .append("\">\n</picture>\n<figcaption>");
      html.append(Html.escape(figure.caption())).append("</figcaption>\n</figure>\n");
    }
    html.append("<p class=\"files\">Data and figures: <a href=\"");
    html.append(section.folder()).append("/\">").append(section.folder()).append("/</a></p>\n");
    html.append("<pre class=\"command\">")
        .append(Html.escape(Html.shell(section.command())))
        .append("</pre>\n</section>\n");
  }

  /** Long listings are in the files; the page shows their beginning. */
  private static String shortened(String text) {
    List<String> lines = text.lines().toList();
    int shown = 12;
    return lines.size() <= shown
        ? text.strip()
        : String.join("\n", lines.subList(0, shown)) + "\n…";
  }
}
