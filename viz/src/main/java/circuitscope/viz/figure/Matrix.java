package circuitscope.viz.figure;

import java.util.Arrays;

/**
 * A matrix of cell values.
 *
 * @param values row-major {@code [rows, columns]}, owned by the record; NaN marks a cell without a
 *     value, which is drawn in the colour of masked cells
 */
public record Matrix(int rows, int columns, float[] values) {

  public Matrix {
    if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "matrix: expected at least one row and column and rows × columns values, got %d × %d and %d values"
              .formatted(rows, columns, values.length));
    }
  }

  /** Copies {@code [row][column]} into one array; all rows must be equally long. */
  public static Matrix of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[rows.length * columns];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != columns) {
        throw new IllegalArgumentException(
            "matrix: row 0 has %d columns, row %d has %d"
                .formatted(columns, row, rows[row].length));
      }
      System.arraycopy(rows[row], 0, values, row * columns, columns);
    }
    return new Matrix(rows.length, columns, values);
  }

  public float at(int row, int column) {
    return values[row * columns + column];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix(int otherRows, int otherColumns, float[] otherValues)
        && rows == otherRows
        && columns == otherColumns
        && Arrays.equals(values, otherValues);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Matrix[%d × %d]".formatted(rows, columns);
  }
}
