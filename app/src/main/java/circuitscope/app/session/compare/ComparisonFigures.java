package circuitscope.app.session.compare;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A comparison as pictures: a table of the largest changes, and for each quantity its differences
 * (heads as a map of layers and heads, two keys as a map, many numbers as a curve, few as bars) and
 * A against B.
 */
final class ComparisonFigures {
  private static final int MOST_QUANTITIES = 8;
  private static final int TABLE_ROWS = 16;
  private static final int MOST_BARS = 24;
  private static final int LABELLED = 8;
  private static final int DIAGONAL_POINTS = 61;
  private static final Pattern HEAD = Pattern.compile("L(\\d+)H(\\d+)");

  private final Comparison comparison;
  private final List<Figure> figures = new ArrayList<>();

  ComparisonFigures(Comparison comparison) {
    this.comparison = comparison;
  }

  List<Figure> all() {
    Map<String, List<Difference>> groups = comparison.byQuantity();
    if (groups.isEmpty()) {
      return List.of();
    }
    table(groups);
    groups.entrySet().stream()
        .filter(group -> group.getValue().size() > 1)
        .sorted(Comparator.comparing(group -> group.getValue().getFirst().low() == null))
        .limit(MOST_QUANTITIES)
        .forEach(group -> quantity(group.getKey(), group.getValue()));
    return figures;
  }

  private void table(Map<String, List<Difference>> groups) {
    List<Difference> rows = new ArrayList<>();
    groups.values().stream().filter(one -> one.size() == 1).forEach(rows::addAll);
    groups.values().stream().filter(one -> one.size() > 1).forEach(one -> rows.add(largest(one)));
    List<List<String>> cells =
        rows.stream()
            .limit(TABLE_ROWS)
            .map(
                one ->
                    List.of(
                        one.name(),
                        Difference.number(one.a()),
                        Difference.number(one.b()),
                        Difference.number(one.difference()),
                        one.interval()))
            .toList();
    figures.add(
        new Table(
            new Heading(
                "differences",
                "What differs",
                "Single numbers, and of each quantity the one that changes most. A: %s, %s. B: %s, %s."
                    .formatted(
                        comparison.a().label(),
                        comparison.a().model(),
                        comparison.b().label(),
                        comparison.b().model())),
            List.of(
                Table.Column.text("quantity"),
                Table.Column.number("A"),
                Table.Column.number("B"),
                Table.Column.number("B − A"),
                Table.Column.text("95 % interval")),
            cells));
  }

  private static Difference largest(List<Difference> group) {
    return group.stream()
        .max(Comparator.comparingDouble(one -> Math.abs(one.difference())))
        .orElseThrow();
  }

  private void quantity(String quantity, List<Difference> group) {
    String id = quantity.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String name = id.substring(0, Math.min(60, id.length())).replaceAll("^-|-$", "");
    Heading heading =
        new Heading(
            name + "-difference",
            quantity + ": B − A",
            "A: %s. B: %s. Blue: larger in B."
                .formatted(comparison.a().label(), comparison.b().label()));
    boolean heads = group.stream().allMatch(ComparisonFigures::isHead);
    boolean grid = group.stream().allMatch(one -> one.keys().size() == 2);
    if (heads) {
      figures.add(headMap(heading, group));
    } else if (grid) {
      figures.add(map(heading, group));
    } else if (group.size() <= MOST_BARS) {
      figures.add(bars(heading, group));
    } else {
      figures.add(curve(heading, group));
    }
    figures.add(scatter(name, quantity, group));
  }

  private static boolean isHead(Difference one) {
    return one.keys().size() == 1 && HEAD.matcher(one.keys().getFirst()).matches();
  }

  private static Heatmap headMap(Heading heading, List<Difference> group) {
    int layers = 0;
    int heads = 0;
    for (Difference one : group) {
      int[] at = head(one);
      layers = Math.max(layers, at[0] + 1);
      heads = Math.max(heads, at[1] + 1);
    }
    float[][] cells = cells(layers, heads);
    for (Difference one : group) {
      cells[head(one)[0]][head(one)[1]] = (float) one.difference();
    }
    return new Heatmap(
        heading,
        Matrix.of(cells),
        CellAxis.counted("layer"),
        CellAxis.counted("head"),
        Colours.signed("B − A"),
        CellMask.NONE);
  }

  private static int[] head(Difference one) {
    Matcher head = HEAD.matcher(one.keys().getFirst());
    if (!head.matches()) {
      throw new IllegalArgumentException(one.name());
    }
    return new int[] {Integer.parseInt(head.group(1)), Integer.parseInt(head.group(2))};
  }

  private static Heatmap map(Heading heading, List<Difference> group) {
    List<String> rows = keys(group, 0);
    List<String> columns = keys(group, 1);
    float[][] cells = cells(rows.size(), columns.size());
    for (Difference one : group) {
      cells[rows.indexOf(one.keys().get(0))][columns.indexOf(one.keys().get(1))] =
          (float) one.difference();
    }
    return new Heatmap(
        heading,
        Matrix.of(cells),
        new CellAxis("", rows),
        new CellAxis("", columns),
        Colours.signed("B − A"),
        CellMask.NONE);
  }

  private static List<String> keys(List<Difference> group, int which) {
    Set<String> keys = new LinkedHashSet<>();
    group.forEach(one -> keys.add(one.keys().get(which)));
    return List.copyOf(keys);
  }

  private static float[][] cells(int rows, int columns) {
    float[][] cells = new float[rows][columns];
    for (float[] row : cells) {
      Arrays.fill(row, Float.NaN);
    }
    return cells;
  }

  private static Bars bars(Heading heading, List<Difference> group) {
    boolean intervals = group.stream().allMatch(one -> one.low() != null);
    Interval interval =
        intervals
            ? new Interval(
                group.stream().mapToDouble(one -> one.low()).toArray(),
                group.stream().mapToDouble(one -> one.high()).toArray(),
                "95 % interval, " + group.getFirst().method())
            : null;
    return new Bars(
        heading,
        "",
        PlotAxis.linear("B − A"),
        group.stream().map(one -> String.join(" / ", one.keys())).toList(),
        List.of(
            new Bars.Group(
                "B − A", group.stream().mapToDouble(Difference::difference).toArray(), interval)),
        Bars.Direction.LYING,
        List.of(Guide.atY(0, "")));
  }

  private static Curves curve(Heading heading, List<Difference> group) {
    double[] places = new double[group.size()];
    double[] values = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      String key = String.join("", group.get(i).keys());
      places[i] = key.matches("-?\\d{1,9}") ? Integer.parseInt(key) : i;
      values[i] = group.get(i).difference();
    }
    return new Curves(
        heading,
        PlotAxis.linear("in the order of the result"),
        PlotAxis.linear("B − A"),
        List.of(new Curves.Series("B − A", places, values)));
  }

  private Scatter scatter(String name, String quantity, List<Difference> group) {
    List<Difference> sorted =
        group.stream()
            .sorted(Comparator.comparingDouble((Difference one) -> -Math.abs(one.difference())))
            .toList();
    double[] a = sorted.stream().mapToDouble(Difference::a).toArray();
    double[] b = sorted.stream().mapToDouble(Difference::b).toArray();
    double low = Math.min(least(a), least(b));
    double high = Math.max(most(a), most(b));
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < a.length; i++) {
      labels.add(i < LABELLED ? String.join(" / ", sorted.get(i).keys()) : "");
    }
    double[] diagonal = new double[DIAGONAL_POINTS];
    for (int i = 0; i < DIAGONAL_POINTS; i++) {
      diagonal[i] = low + (high - low) * i / (DIAGONAL_POINTS - 1);
    }
    return new Scatter(
        new Heading(
            name + "-scatter",
            quantity + ": A and B",
            "One point each; on the dotted diagonal nothing changed. The largest changes are"
                + " named."),
        PlotAxis.linear("A: " + comparison.a().label()),
        PlotAxis.linear("B: " + comparison.b().label()),
        List.of(
            new Scatter.Group(quantity, a, b, labels),
            new Scatter.Group("A = B", diagonal, diagonal)));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }
}
