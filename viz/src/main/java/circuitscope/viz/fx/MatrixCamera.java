package circuitscope.viz.fx;

/**
 * Which cells of a matrix a viewport shows: its first row and column and the size of a cell.
 * Immutable; every movement gives a new one that shows no more than the whole and no less than what
 * fills the viewport.
 *
 * @param rows of the matrix
 * @param width of the viewport, in pixels
 * @param left column at the left edge, with its fraction
 * @param cellWidth pixels a column
 */
record MatrixCamera(
    int rows,
    int columns,
    double width,
    double height,
    double left,
    double top,
    double cellWidth,
    double cellHeight) {

  /** No cell is drawn larger, unless a small matrix fills its viewport so. */
  private static final double LARGEST_CELL = 64;

  /** Beyond this ratio of sides cells are not square, or the short side could not be seen. */
  private static final double LARGEST_ASPECT = 4;

  /** The whole matrix, with square cells unless one side is much the longer. */
  static MatrixCamera fit(int rows, int columns, double width, double height) {
    double cellWidth = Math.max(width, 1) / columns;
    double cellHeight = Math.max(height, 1) / rows;
    double ratio = (double) rows / columns;
    if (ratio <= LARGEST_ASPECT && ratio >= 1 / LARGEST_ASPECT) {
      cellWidth = Math.min(cellWidth, cellHeight);
      cellHeight = cellWidth;
    }
    return new MatrixCamera(rows, columns, width, height, 0, 0, cellWidth, cellHeight);
  }

  boolean isFitted() {
    return cellWidth <= fitted().cellWidth * (1 + 1e-9);
  }

  /** Larger by a factor, with the cell under (x, y) staying there. */
  MatrixCamera zoomed(double factor, double x, double y) {
    MatrixCamera whole = fitted();
    double most = Math.max(1, LARGEST_CELL / Math.max(whole.cellWidth, whole.cellHeight));
    double now = cellWidth / whole.cellWidth;
    double then = Math.clamp(now * factor, 1, most);
    double newWidth = whole.cellWidth * then;
    double newHeight = whole.cellHeight * then;
    double newLeft = left + x / cellWidth - x / newWidth;
    double newTop = top + y / cellHeight - y / newHeight;
    return new MatrixCamera(rows, columns, width, height, newLeft, newTop, newWidth, newHeight)
        .held();
  }

  /** Moved so that what is seen shifts by so many pixels. */
  MatrixCamera panned(double dx, double dy) {
    return new MatrixCamera(
            rows,
            columns,
            width,
            height,
            left - dx / cellWidth,
            top - dy / cellHeight,
            cellWidth,
            cellHeight)
        .held();
  }

  /** The same cells in a viewport of another size; the whole stays the whole. */
  MatrixCamera resized(double newWidth, double newHeight) {
    MatrixCamera whole = fit(rows, columns, newWidth, newHeight);
    if (isFitted()) {
      return whole;
    }
    double zoom = Math.max(1, cellWidth / whole.cellWidth);
    return new MatrixCamera(
            rows,
            columns,
            newWidth,
            newHeight,
            left,
            top,
            whole.cellWidth * zoom,
            whole.cellHeight * zoom)
        .held();
  }

  double column(double x) {
    return left + x / cellWidth;
  }

  double row(double y) {
    return top + y / cellHeight;
  }

  double x(double column) {
    return (column - left) * cellWidth;
  }

  double y(double row) {
    return (row - top) * cellHeight;
  }

  private MatrixCamera fitted() {
    return fit(rows, columns, width, height);
  }

  private MatrixCamera held() {
    double mostLeft = Math.max(0, columns - width / cellWidth);
    double mostTop = Math.max(0, rows - height / cellHeight);
    return new MatrixCamera(
        rows,
        columns,
        width,
        height,
        Math.clamp(left, 0, mostLeft),
        Math.clamp(top, 0, mostTop),
        cellWidth,
        cellHeight);
  }
}
