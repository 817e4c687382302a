package circuitscope.viz;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;

/**
 * Paints one figure of every kind in both themes, for looking at: {@code Gallery DIRECTORY DPI
 * FORMAT…}. {@code docs/figures/make} calls it.
 */
final class Gallery {
  private Gallery() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    int dpi = Integer.parseInt(arguments[1]);
    EnumSet<Format> formats = EnumSet.noneOf(Format.class);
    for (int i = 2; i < arguments.length; i++) {
      formats.add(Format.valueOf(arguments[i].toUpperCase(Locale.ROOT)));
    }
    for (Theme theme : Theme.values()) {
      for (Figure figure : Samples.all()) {
        double mm =
            figure instanceof Sheet ? FigureStyle.DOUBLE_COLUMN_MM : FigureStyle.SINGLE_COLUMN_MM;
        FigureFile.writePictures(
            figure,
            new FigureStyle(mm, theme, 7, dpi),
            Map.of("source", "made-up sample: " + figure.id()),
            directory.resolve(figure.id() + "-" + theme.name().toLowerCase(Locale.ROOT)),
            formats);
      }
    }
  }
}
