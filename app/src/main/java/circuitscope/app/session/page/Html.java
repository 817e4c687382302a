package circuitscope.app.session.page;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Pieces of self-contained pages. */
public final class Html {
  private Html() {}

  /** A text as it stands between tags or in an attribute. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A command as one types it into a shell. */
  public static String shell(List<String> command) {
    return command.stream()
        .map(
            word ->
                word.matches("[A-Za-z0-9_./:@,=+-]+")
                    ? word
                    : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /** A figure as the address of an image that holds it. */
  public static String image(Figure figure, double widthMm, Theme theme) throws IOException {
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    FigureStyle style = FigureStyle.doubleColumn().withWidth(widthMm).withTheme(theme);
    FigureFile.paint(figure, style, Map.of(), Format.SVG, svg);
    return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg.toByteArray());
  }
}
