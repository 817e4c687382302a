package circuitscope.probes.patching;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.stream.IntStream;

/**
 * An array of a site summed within every cell of a grid.
 *
 * @param values row-major, of the axes that the cells divide, the pair first
 * @param positions stride of a position, 0 where a cell has all
 * @param units stride of a unit, 0 where a cell has all
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record CellSums(float[] values, int pairs, int positions, int units) {

  /**
   * @param array {@code [pair, …]}
   * @param like a cell of the grid
   */
  static CellSums of(NDArray array, Cell like) {
    int positionAxis = like.position() == Cell.ALL ? -1 : like.kind().kind().positionAxis();
    int unitAxis = like.unit() == Cell.ALL ? -1 : like.kind().unitAxis();
    int[] summed =
        IntStream.range(1, array.getShape().dimension())
            .filter(axis -> axis != positionAxis && axis != unitAxis)
            .toArray();
    float[] values = array.sum(summed).toType(DataType.FLOAT32, false).toFloatArray();
    int positions = positionAxis < 0 ? 1 : (int) array.getShape().get(positionAxis);
    int units = unitAxis < 0 ? 1 : (int) array.getShape().get(unitAxis);
    boolean unitLast = unitAxis > positionAxis;
    return new CellSums(
        values,
        positions * units,
        positionAxis < 0 ? 0 : unitLast ? units : 1,
        unitAxis < 0 ? 0 : unitLast ? 1 : positions);
  }

  double at(int pair, Cell cell) {
    int position = positions == 0 ? 0 : cell.position() * positions;
    int unit = units == 0 ? 0 : cell.unit() * units;
    return values[pair * pairs + position + unit];
  }
}
