package circuitscope.viz.figure;

import java.util.List;

/** A matrix as coloured cells, rows downwards. */
public record Heatmap(
    Heading heading, Matrix values, CellAxis rows, CellAxis columns, Colours colours, CellMask mask)
    implements Figure {

  public Heatmap {
    Check.labelled(heading, "rows", rows.labels(), values.rows());
    Check.labelled(heading, "columns", columns.labels(), values.columns());
  }

  /**
   * The attention pattern of one head.
   *
   * @param weights row-major {@code [query, key]}, as many of each as there are tokens
   */
  public static Heatmap attention(Heading heading, List<String> tokens, float[] weights) {
    return new Heatmap(
        heading,
        new Matrix(tokens.size(), tokens.size(), weights),
        new CellAxis("query", tokens),
        new CellAxis("key", tokens),
        Colours.probability("attention probability"),
        CellMask.ABOVE_DIAGONAL);
  }
}
