package circuitscope.viz.figure;

import java.util.List;

/**
 * Rows of text and numbers.
 *
 * @param rows cells as they are to be read, one a column
 */
public record Table(Heading heading, List<Column> columns, List<List<String>> rows)
    implements Figure {

  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    Check.notEmpty(heading, "columns", columns.size());
    for (List<String> row : rows) {
      Check.sameLength(heading, "cells in a row", row.size(), "columns", columns.size());
    }
  }

  /** A column's name and how its cells line up. */
  public record Column(String name, Align align) {

    public static Column text(String name) {
      return new Column(name, Align.LEFT);
    }

    /** Numbers, lined up at their decimal points. */
    public static Column number(String name) {
      return new Column(name, Align.DECIMAL);
    }
  }

  /** How the cells of a column line up. */
  public enum Align {
    LEFT,
    RIGHT,
    DECIMAL
  }
}
