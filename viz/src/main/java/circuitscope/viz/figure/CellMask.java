package circuitscope.viz.figure;

/** Which cells of a matrix have no meaning and are greyed. Cells that hold NaN always are. */
public enum CellMask {
  NONE,
  /** Cells with {@code column > row}: the future in a causal attention pattern. */
  ABOVE_DIAGONAL;

  public boolean hides(int row, int column) {
    return this == ABOVE_DIAGONAL && column > row;
  }
}
