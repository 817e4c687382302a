package circuitscope.viz.layout;

/**
 * Many cells as one image: entries of a colour table, so that it can be stored without loss and
 * made smaller without losing what is one cell wide.
 *
 * @param entries row-major {@code [rows, columns]}, unsigned bytes
 * @param table {@code 0xAARRGGBB} by entry; the last entry is the colour of masked cells
 * @param restEntry the entry that stands for "nothing there"
 */
public record Raster(int rows, int columns, byte[] entries, int[] table, int restEntry) {

  public int entry(int row, int column) {
    return entries[row * columns + column] & 0xff;
  }

  public int colour(int row, int column) {
    return table[entry(row, column)];
  }

  /**
   * The raster at no more than {@code maxRows × maxColumns}: each block of cells becomes the one of
   * its cells that is farthest from {@code restEntry}, and is masked only if all of them are. An
   * average would hide sinks and induction stripes, which are one cell wide.
   */
  public Raster pooled(int maxRows, int maxColumns) {
    int newRows = Math.min(rows, Math.max(1, maxRows));
    int newColumns = Math.min(columns, Math.max(1, maxColumns));
    if (newRows == rows && newColumns == columns) {
      return this;
    }
    byte[] pooled = new byte[newRows * newColumns];
    for (int row = 0; row < newRows; row++) {
      int firstRow = (int) ((long) row * rows / newRows);
      int endRow = (int) ((long) (row + 1) * rows / newRows);
      for (int column = 0; column < newColumns; column++) {
        int firstColumn = (int) ((long) column * columns / newColumns);
        int endColumn = (int) ((long) (column + 1) * columns / newColumns);
        pooled[row * newColumns + column] =
            (byte) strongest(firstRow, endRow, firstColumn, endColumn);
      }
    }
    return new Raster(newRows, newColumns, pooled, table, restEntry);
  }

  private int strongest(int firstRow, int endRow, int firstColumn, int endColumn) {
    int masked = table.length - 1;
    int best = masked;
    int bestDistance = -1;
    for (int row = firstRow; row < endRow; row++) {
      for (int column = firstColumn; column < endColumn; column++) {
        int entry = entry(row, column);
        int distance = Math.abs(entry - restEntry);
        if (entry != masked && distance > bestDistance) {
          best = entry;
          bestDistance = distance;
        }
      }
    }
    return best;
  }
}
