package circuitscope.viz.layout;

import circuitscope.viz.figure.CircuitGraph;
import java.util.Locale;

/** One thing that a figure shows, found again from a place on its page. */
public sealed interface Pick {

  /** Id of the figure that shows it; in a sheet, of the panel. */
  String figure();

  /** What a read-out says of it, in one line. */
  String text();

  /**
   * A cell of a heat map.
   *
   * @param value NaN for a cell that is masked or has no value
   */
  record Cell(String figure, int row, int column, String rowLabel, String columnLabel, float value)
      implements Pick {
    @Override
    public String text() {
      return "%s → %s: %s".formatted(rowLabel, columnLabel, number(value));
    }
  }

  /** A cell of one head's pattern in a head grid. */
  record HeadCell(String figure, int layer, int head, int row, int column, float value)
      implements Pick {
    @Override
    public String text() {
      return "L%dH%d, %d → %d: %s".formatted(layer, head, row, column, number(value));
    }
  }

  /**
   * A point of a scatter or of a curve.
   *
   * @param group name of its group or series
   * @param index within the group
   */
  record Point(String figure, String group, int index, String label, double x, double y)
      implements Pick {
    @Override
    public String text() {
      return "%s (%s, %s)".formatted(joined(group, label), number(x), number(y)).strip();
    }
  }

  /**
   * One bar.
   *
   * @param index of its category
   */
  record Bar(String figure, String group, int index, String category, double value)
      implements Pick {
    @Override
    public String text() {
      return "%s: %s".formatted(joined(category, group), number(value));
    }
  }

  /**
   * A step of a waterfall, or its sum.
   *
   * @param index of the step; the number of steps for the sum
   * @param level reached after it
   */
  record Step(String figure, int index, String name, double change, double level) implements Pick {
    @Override
    public String text() {
      return "%s: %s, to %s".formatted(name, number(change), number(level));
    }
  }

  /**
   * A token of a strip, or of the text under arcs.
   *
   * @param value of arcs, the sum of those that lead to it
   */
  record Token(String figure, int index, String token, float value) implements Pick {
    @Override
    public String text() {
      return "%d %s: %s".formatted(index, token, number(value));
    }
  }

  /**
   * An arc over a text.
   *
   * @param from index of the token that reads
   */
  record Arc(String figure, int from, int to, String fromToken, String toToken, double weight)
      implements Pick {
    @Override
    public String text() {
      return "%d %s → %d %s: %s".formatted(from, fromToken, to, toToken, number(weight));
    }
  }

  /** A node of a circuit. */
  record Node(String figure, CircuitGraph.Node node) implements Pick {
    @Override
    public String text() {
      return node.id();
    }
  }

  /** An edge of a circuit. */
  record Edge(String figure, CircuitGraph.Edge edge) implements Pick {
    @Override
    public String text() {
      String port = edge.port().name().toLowerCase(Locale.ROOT);
      String into = edge.port() == CircuitGraph.Port.WHOLE ? "" : " (" + port + ")";
      return "%s → %s%s: %s".formatted(edge.from(), edge.to(), into, number(edge.score()));
    }
  }

  /** A cell of a table. */
  record Entry(String figure, int row, int column, String cell) implements Pick {
    @Override
    public String text() {
      return cell;
    }
  }

  private static String joined(String first, String second) {
    return first.isEmpty() ? second : second.isEmpty() ? first : first + ", " + second;
  }

  private static String number(double value) {
    return Double.isNaN(value)
        ? "no value"
        : String.format(Locale.ROOT, "%.4g", value).replace('-', '−');
  }
}
