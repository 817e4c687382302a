package circuitscope.viz.fx;

import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Range;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import org.jspecify.annotations.Nullable;

/** The colour scale of a matrix under the palette and scaling that a reader has chosen. */
final class MatrixColours {
  private MatrixColours() {}

  /**
   * The scale; its range is the figure's own, unless a column is left out or the scaling cannot
   * hold it, then that of the data.
   *
   * @param firstColumn the first column that is shown
   */
  static ColourScale scale(
      Heatmap figure, Palette palette, Scaling scaling, Theme theme, int firstColumn) {
    double[] extent = extent(figure, firstColumn);
    boolean signedLog = palette.diverging() && scaling.kind() == Scaling.Kind.LOG;
    Scaling possible = signedLog ? Scaling.symlog(scaling.threshold()) : scaling;
    @Nullable Range range = firstColumn > 0 ? null : figure.colours().range();
    if (range != null
        && possible.kind() == Scaling.Kind.LOG
        && range.high() <= possible.threshold()) {
      range = null;
    }
    Colours colours = new Colours(palette, possible, range, figure.colours().label());
    return ColourScale.of(colours, theme, extent[0], extent[1]);
  }

  private static double[] extent(Heatmap figure, int firstColumn) {
    Matrix matrix = figure.values();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = firstColumn; column < matrix.columns(); column++) {
        float value = matrix.at(row, column);
        if (Float.isFinite(value) && !figure.mask().hides(row, column)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    return low > high ? new double[] {0, 0} : new double[] {low, high};
  }
}
