package circuitscope.app.session;

import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.Format;
import java.util.EnumSet;
import java.util.Set;

/**
 * How the figures of a result are painted to files.
 *
 * @param formats may be empty: the figure's data are written in any case
 */
public record FigureOutput(FigureStyle style, Set<Format> formats) {
  public FigureOutput {
    formats = Set.copyOf(formats);
  }

  /** Every format, two columns wide, light. */
  public static FigureOutput usual() {
    return new FigureOutput(FigureStyle.doubleColumn(), EnumSet.allOf(Format.class));
  }
}
