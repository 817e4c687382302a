package circuitscope.probes.analysis;

import java.util.List;

/**
 * Rows of plain values under named columns, written as one CSV file.
 *
 * @param name the file's name without its ending
 * @param rows each as long as {@code columns}; values are numbers, texts or booleans
 */
public record DataTable(String name, List<String> columns, List<List<Object>> rows) {
  public DataTable {
    for (List<Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table %s: a row has %d values, and there are %d columns %s"
                .formatted(name, row.size(), columns.size(), columns));
      }
    }
  }
}
