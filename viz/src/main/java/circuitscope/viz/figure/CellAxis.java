package circuitscope.viz.figure;

import java.util.List;

/**
 * One side of a grid of cells.
 *
 * @param title what the axis counts, "query" say; empty for none
 * @param labels one a cell, or none at all for the indices 0, 1, 2, …
 */
public record CellAxis(String title, List<String> labels) {

  public CellAxis {
    labels = List.copyOf(labels);
  }

  /** The label of one cell: its own, or its index. */
  public String name(int index) {
    return labels.isEmpty() ? Integer.toString(index) : labels.get(index);
  }

  /** An axis of indices 0, 1, 2, … */
  public static CellAxis counted(String title) {
    return new CellAxis(title, List.of());
  }
}
