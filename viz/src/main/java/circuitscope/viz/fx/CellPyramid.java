package circuitscope.viz.fx;

import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.ColourTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A matrix as bytes in ever coarser levels, to be drawn at any zoom without losing a stripe that is
 * one cell wide.
 *
 * <p>A byte is the strength of a cell: 0 for a masked one, then growing with its distance from the
 * value that stands for nothing (0 of a diverging map, else the lowest). So a block of cells is
 * shown by the unsigned maximum of its strengths, as {@code Raster.pooled} does for files. Level k
 * holds the maxima of 2ᵏ × 2ᵏ cells.
 */
final class CellPyramid {
  private static final int SMALLEST_LEVEL = 64;

  private final List<Level> levels = new ArrayList<>();
  private final int[] colours = new int[256];

  /** Strengths, row-major. */
  private record Level(int rows, int columns, byte[] strengths) {
    int at(int row, int column) {
      return strengths[row * columns + column] & 0xff;
    }
  }

  /**
   * Settles every cell's strength.
   *
   * @param firstColumn the first column that is shown; those before it count as masked
   */
  CellPyramid(Matrix matrix, CellMask mask, ColourScale scale, int firstColumn) {
    int rest = scale.restEntry();
    int[] entries = scale.entries();
    byte[] strengthOf = new byte[ColourTable.SIZE + 1];
    colours[0] = entries[ColourScale.MASKED];
    for (int entry = 0; entry < ColourTable.SIZE; entry++) {
      int strength = rest == 0 ? entry + 1 : signedStrength(entry - rest);
      strengthOf[entry] = (byte) strength;
      colours[strength] = entries[entry];
    }
    byte[] strengths = new byte[matrix.rows() * matrix.columns()];
    IntStream.range(0, matrix.rows())
        .parallel()
        .forEach(
            row -> {
              int start = row * matrix.columns();
              for (int column = firstColumn; column < matrix.columns(); column++) {
                if (!mask.hides(row, column)) {
                  int entry = scale.entry(matrix.values()[start + column]);
                  strengths[start + column] = strengthOf[entry];
                }
              }
            });
    Level level = new Level(matrix.rows(), matrix.columns(), strengths);
    levels.add(level);
    while (Math.min(level.rows(), level.columns()) > SMALLEST_LEVEL) {
      level = halved(level);
      levels.add(level);
    }
  }

  /** 1 at rest; of two equally far the upper is the stronger. */
  private static int signedStrength(int distance) {
    return distance == 0 ? 1 : 2 * Math.abs(distance) + (distance > 0 ? 1 : 0);
  }

  private static Level halved(Level fine) {
    int rows = (fine.rows() + 1) / 2;
    int columns = (fine.columns() + 1) / 2;
    byte[] strengths = new byte[rows * columns];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              int lower = Math.min(2 * row + 1, fine.rows() - 1);
              for (int column = 0; column < columns; column++) {
                int right = Math.min(2 * column + 1, fine.columns() - 1);
                int above = Math.max(fine.at(2 * row, 2 * column), fine.at(2 * row, right));
                int below = Math.max(fine.at(lower, 2 * column), fine.at(lower, right));
                strengths[row * columns + column] = (byte) Math.max(above, below);
              }
            });
    return new Level(rows, columns, strengths);
  }

  /**
   * Draws what a camera shows.
   *
   * @param pixels row-major {@code [height, width]} of {@code 0xAARRGGBB}
   * @param paper the colour of pixels outside the matrix
   */
  void draw(MatrixCamera camera, int[] pixels, int width, int height, int paper) {
    double cellsPerPixel = Math.min(1 / camera.cellWidth(), 1 / camera.cellHeight());
    int depth = (int) Math.floor(Math.log(Math.max(1, cellsPerPixel)) / Math.log(2) + 1e-9);
    Level level = levels.get(Math.min(depth, levels.size() - 1));
    double block = Math.scalb(1.0, Math.min(depth, levels.size() - 1));
    int[] columns =
        edges(camera.left() / block, 1 / camera.cellWidth() / block, width, level.columns());
    int[] rows = edges(camera.top() / block, 1 / camera.cellHeight() / block, height, level.rows());
    for (int y = 0; y < height; y++) {
      int start = y * width;
      if (rows[y] >= level.rows()) {
        Arrays.fill(pixels, start, start + width, paper);
      } else if (y > 0 && rows[y] == rows[y - 1] && end(rows, y) == end(rows, y - 1)) {
        System.arraycopy(pixels, start - width, pixels, start, width);
      } else {
        drawLine(level, rows[y], Math.min(end(rows, y), level.rows()), columns, pixels, start);
        Arrays.fill(pixels, start + within(columns, level.columns()), start + width, paper);
      }
    }
  }

  private void drawLine(
      Level level, int firstRow, int endRow, int[] columns, int[] pixels, int start) {
    int shown = within(columns, level.columns());
    byte[] strengths = level.strengths();
    for (int x = 0; x < shown; x++) {
      int endColumn = Math.min(end(columns, x), level.columns());
      int strongest = 0;
      for (int row = firstRow; row < endRow; row++) {
        int line = row * level.columns();
        for (int column = columns[x]; column < endColumn; column++) {
          strongest = Math.max(strongest, strengths[line + column] & 0xff);
        }
      }
      pixels[start + x] = colours[strongest];
    }
  }

  /** The first cell of each pixel, and one edge more. */
  private static int[] edges(double from, double cellsPerPixel, int pixels, int cells) {
    int[] edges = new int[pixels + 1];
    for (int i = 0; i <= pixels; i++) {
      edges[i] = (int) Math.min(cells, Math.floor(from + i * cellsPerPixel + 1e-9));
    }
    return edges;
  }

  /** One past the last cell of a pixel, which has at least one. */
  private static int end(int[] edges, int pixel) {
    return Math.max(edges[pixel] + 1, edges[pixel + 1]);
  }

  /** How many pixels lie on the matrix. */
  private static int within(int[] edges, int cells) {
    int count = edges.length - 1;
    while (count > 0 && edges[count - 1] >= cells) {
      count--;
    }
    return count;
  }

  /**
   * The cell that a block of cells is shown by, as {row, column}.
   *
   * @param endRow one past the last row of the block
   */
  int[] strongest(int firstRow, int endRow, int firstColumn, int endColumn) {
    Level cells = levels.getFirst();
    int[] found = {firstRow, firstColumn};
    for (int row = firstRow; row < Math.min(endRow, cells.rows()); row++) {
      for (int column = firstColumn; column < Math.min(endColumn, cells.columns()); column++) {
        if (cells.at(row, column) > cells.at(found[0], found[1])) {
          found = new int[] {row, column};
        }
      }
    }
    return found;
  }
}
