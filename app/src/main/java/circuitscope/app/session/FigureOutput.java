package circuitscope.app.session;

import circuitscope.probes.analysis.Manifest;
import circuitscope.probes.analysis.ResultFiles;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How the figures of a result are painted to files.
 *
 * @param formats may be empty: the figure's data are written in any case
 */
public record FigureOutput(FigureStyle style, Set<Format> formats)
    implements ResultFiles.FigurePainter {
  public FigureOutput {
    formats = Set.copyOf(formats);
  }

  /** Every format, two columns wide, light. */
  public static FigureOutput usual() {
    return new FigureOutput(FigureStyle.doubleColumn(), EnumSet.allOf(Format.class));
  }

  /** Writes a figure with how it was made. */
  @Override
  public void write(Figure figure, Manifest manifest, Path base) throws IOException {
    Map<String, String> provenance =
        Map.of(
            "command", String.join(" ", manifest.command()),
            "model", manifest.model().name(),
            "model_digest", manifest.model().digest(),
            "version", manifest.versions().product());
    FigureFile.write(figure, style, provenance, base, formats);
  }
}
