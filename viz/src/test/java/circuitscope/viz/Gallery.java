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

/** Paints one figure of every kind in both themes, for looking at: {@code Gallery DIRECTORY}. */
final class Gallery {
  private Gallery() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (Theme theme : Theme.values()) {
      for (Figure figure : Samples.all()) {
        FigureStyle size =
            figure instanceof Sheet ? FigureStyle.doubleColumn() : FigureStyle.singleColumn();
        Path base = directory.resolve(theme.name().toLowerCase(Locale.ROOT)).resolve(figure.id());
        FigureFile.write(
            figure,
            size.withTheme(theme),
            Map.of("model", "sample"),
            base,
            EnumSet.allOf(Format.class));
      }
    }
  }
}
