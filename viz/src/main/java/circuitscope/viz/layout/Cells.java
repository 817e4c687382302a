package circuitscope.viz.layout;

import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.palette.ColourScale;

/** Coloured cells: rectangles while there are few, one image beyond. */
final class Cells {
  /** The most cells of one figure that are drawn as rectangles. */
  static final int MOST_RECTANGLES = 128 * 128;

  /**
   * How far a rectangle reaches under its right and lower neighbours, which are drawn after it:
   * viewers that smooth edges would show the paper between two that only touch. In points.
   */
  private static final double UNDERLAP = 0.25;

  private Cells() {}

  static void draw(
      Pen pen, Matrix matrix, CellMask mask, ColourScale scale, Box box, boolean asImage) {
    if (asImage) {
      Raster raster = raster(matrix, mask, scale);
      pen.add(new Mark.Image(box.x(), box.y(), box.width(), box.height(), raster));
      return;
    }
    int[] colours = scale.entries();
    double cellWidth = box.width() / matrix.columns();
    double cellHeight = box.height() / matrix.rows();
    for (int row = 0; row < matrix.rows(); row++) {
      double height = cellHeight + (row + 1 < matrix.rows() ? UNDERLAP : 0);
      int start = 0;
      for (int column = 1; column <= matrix.columns(); column++) {
        int entry = entry(matrix, mask, scale, row, start);
        if (column == matrix.columns() || entry(matrix, mask, scale, row, column) != entry) {
          double width = (column - start) * cellWidth + (column < matrix.columns() ? UNDERLAP : 0);
          double x = box.x() + start * cellWidth;
          double y = box.y() + row * cellHeight;
          pen.add(new Mark.Rect(x, y, width, height, colours[entry]));
          start = column;
        }
      }
    }
  }

  static Raster raster(Matrix matrix, CellMask mask, ColourScale scale) {
    byte[] entries = new byte[matrix.rows() * matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        entries[row * matrix.columns() + column] = (byte) entry(matrix, mask, scale, row, column);
      }
    }
    return new Raster(matrix.rows(), matrix.columns(), entries, scale.entries(), scale.restEntry());
  }

  private static int entry(Matrix matrix, CellMask mask, ColourScale scale, int row, int column) {
    return mask.hides(row, column) ? ColourScale.MASKED : scale.entry(matrix.at(row, column));
  }

  /** Smallest and largest finite value that is shown, as {low, high}; {0, 0} if there is none. */
  static double[] extent(Iterable<Matrix> matrices, CellMask mask) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Matrix matrix : matrices) {
      for (int row = 0; row < matrix.rows(); row++) {
        for (int column = 0; column < matrix.columns(); column++) {
          float value = matrix.at(row, column);
          if (Float.isFinite(value) && !mask.hides(row, column)) {
            low = Math.min(low, value);
            high = Math.max(high, value);
          }
        }
      }
    }
    return low > high ? new double[] {0, 0} : new double[] {low, high};
  }
}
