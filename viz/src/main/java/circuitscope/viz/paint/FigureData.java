package circuitscope.viz.paint;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.figure.Waterfall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a figure as CSV (RFC 4180, UTF-8, a header line; a value that is not there is an
 * empty field). A matrix is written as it stands, its row labels in the first column; everything
 * else has one row a value.
 */
public final class FigureData {
  private FigureData() {}

  /**
   * The CSV texts of a figure by name suffix: {@code ""} for its one table, {@code "-a"}, {@code
   * "-b"}, … for the panels of a sheet.
   */
  public static Map<String, String> csv(Figure figure) {
    Map<String, String> tables = new LinkedHashMap<>();
    if (figure instanceof Sheet sheet) {
      for (int i = 0; i < sheet.panels().size(); i++) {
        tables.put("-" + (char) ('a' + i), table(sheet.panels().get(i)));
      }
    } else {
      tables.put("", table(figure));
    }
    return tables;
  }

  private static String table(Figure figure) {
    var out = new StringBuilder();
    switch (figure) {
      case Heatmap heatmap -> heatmap(out, heatmap);
      case Curves curves -> curves(out, curves);
      case Bars bars -> bars(out, bars);
      case Scatter scatter -> scatter(out, scatter);
      case TokenStrip strip -> {
        row(out, List.of("position", "token", "value"));
        for (int i = 0; i < strip.tokens().size(); i++) {
          row(out, List.of(Integer.toString(i), strip.tokens().get(i), number(strip.values()[i])));
        }
      }
      case HeadGrid grid -> headGrid(out, grid);
      case Table table -> {
        row(out, table.columns().stream().map(Table.Column::name).toList());
        table.rows().forEach(cells -> row(out, cells));
      }
      case Waterfall waterfall -> {
        row(out, List.of("step", "change", "level"));
        double[] levels = waterfall.levels();
        for (int i = 0; i < waterfall.steps().size(); i++) {
          String change = number(waterfall.changes()[i]);
          row(out, List.of(waterfall.steps().get(i), change, number(levels[i + 1])));
        }
      }
      case CircuitGraph graph -> {
        row(out, List.of("from", "to", "port", "score"));
        for (CircuitGraph.Edge edge : graph.edges()) {
          String port = edge.port().name().toLowerCase(Locale.ROOT);
          row(out, List.of(edge.from(), edge.to(), port, number(edge.score())));
        }
      }
      case Arcs arcs -> {
        row(out, List.of("from", "to", "from_token", "to_token", "weight"));
        for (Arcs.Arc arc : arcs.arcs()) {
          String from = arcs.tokens().get(arc.from());
          String to = arcs.tokens().get(arc.to());
          String weight = number(arc.weight());
          row(
              out,
              List.of(Integer.toString(arc.from()), Integer.toString(arc.to()), from, to, weight));
        }
      }
      case Sheet sheet -> throw new IllegalStateException("sheets hold no sheets: " + sheet.id());
    }
    return out.toString();
  }

  private static void heatmap(StringBuilder out, Heatmap heatmap) {
    Matrix values = heatmap.values();
    List<String> header = new ArrayList<>();
    header.add(heatmap.rows().title());
    for (int column = 0; column < values.columns(); column++) {
      header.add(label(heatmap.columns(), column));
    }
    row(out, header);
    for (int row = 0; row < values.rows(); row++) {
      out.append(quoted(label(heatmap.rows(), row)));
      for (int column = 0; column < values.columns(); column++) {
        boolean hidden = heatmap.mask().hides(row, column);
        out.append(',').append(hidden ? "" : number(values.at(row, column)));
      }
      out.append("\r\n");
    }
  }

  private static void headGrid(StringBuilder out, HeadGrid grid) {
    int columns = grid.patterns().getFirst().columns();
    List<String> header = new ArrayList<>(List.of("layer", "head", "row"));
    for (int column = 0; column < columns; column++) {
      header.add(Integer.toString(column));
    }
    row(out, header);
    for (int layer = 0; layer < grid.layers().size(); layer++) {
      for (int head = 0; head < grid.heads().size(); head++) {
        Matrix pattern = grid.pattern(layer, head);
        for (int row = 0; row < pattern.rows(); row++) {
          out.append(grid.layers().get(layer)).append(',').append(grid.heads().get(head));
          out.append(',').append(row);
          for (int column = 0; column < columns; column++) {
            boolean hidden = grid.mask().hides(row, column);
            out.append(',').append(hidden ? "" : number(pattern.at(row, column)));
          }
          out.append("\r\n");
        }
      }
    }
  }

  private static void curves(StringBuilder out, Curves curves) {
    row(out, List.of("series", "x", "y", "low", "high"));
    for (Curves.Series series : curves.series()) {
      for (int i = 0; i < series.x().length; i++) {
        row(
            out,
            List.of(
                series.name(),
                number(series.x()[i]),
                number(series.y()[i]),
                low(series.band(), i),
                high(series.band(), i)));
      }
    }
  }

  private static void bars(StringBuilder out, Bars bars) {
    row(out, List.of("category", "group", "value", "low", "high"));
    for (Bars.Group group : bars.groups()) {
      for (int i = 0; i < bars.categories().size(); i++) {
        row(
            out,
            List.of(
                bars.categories().get(i),
                group.name(),
                number(group.values()[i]),
                low(group.interval(), i),
                high(group.interval(), i)));
      }
    }
  }

  private static void scatter(StringBuilder out, Scatter scatter) {
    row(out, List.of("group", "label", "x", "y"));
    for (Scatter.Group group : scatter.groups()) {
      for (int i = 0; i < group.x().length; i++) {
        String label = group.labels().isEmpty() ? "" : group.labels().get(i);
        row(out, List.of(group.name(), label, number(group.x()[i]), number(group.y()[i])));
      }
    }
  }

  private static String low(@Nullable Interval interval, int index) {
    return interval == null ? "" : number(interval.low()[index]);
  }

  private static String high(@Nullable Interval interval, int index) {
    return interval == null ? "" : number(interval.high()[index]);
  }

  private static String label(CellAxis axis, int index) {
    return axis.labels().isEmpty() ? Integer.toString(index) : axis.labels().get(index);
  }

  private static String number(float value) {
    return Float.isNaN(value) ? "" : Float.toString(value);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static void row(StringBuilder out, List<String> fields) {
    for (int i = 0; i < fields.size(); i++) {
      out.append(i == 0 ? "" : ",").append(quoted(fields.get(i)));
    }
    out.append("\r\n");
  }

  private static String quoted(String field) {
    boolean special = field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return special ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }
}
