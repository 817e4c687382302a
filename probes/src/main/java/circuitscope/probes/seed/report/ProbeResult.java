package circuitscope.probes.seed.report;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a probe found.
 *
 * @param formula what is measured, as an equation
 * @param chance what the null of the points is
 * @param across what {@code at} of the points counts
 * @param notes what else is to be read beside the numbers: cost, texts made
 */
public record ProbeResult(
    String formula,
    String chance,
    String across,
    List<Point> points,
    List<String> notes,
    @JsonIgnore Map<String, Object> protocol,
    @JsonIgnore List<Figure> figures,
    @JsonIgnore List<DataTable> more,
    @JsonIgnore @Nullable TokensRead tokensRead)
    implements Result {

  private static final String INTERVAL = "95 % bootstrap interval";

  /** The points of that series, in their order. */
  public List<Point> series(String name) {
    return points.stream().filter(point -> point.series().equals(name)).toList();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(formula).append("\nnull: ").append(chance).append('\n');
    text.append(
        String.format(
            "%-34s %9s %10s %21s %10s %8s%n", "", across, "value", "95 % interval", "null", "n"));
    for (Point p : points) {
      String interval = p.low() == null ? "" : number(p.low()) + " … " + number(p.high());
      text.append(
          String.format(
              Locale.ROOT,
              "%-34s %9s %10s %21s %10s %8d%n",
              p.series(),
              p.at() == Math.rint(p.at()) ? Long.toString((long) p.at()) : Double.toString(p.at()),
              number(p.value()),
              interval,
              p.chance() == null ? "" : number(p.chance()),
              p.count()));
    }
    notes.forEach(note -> text.append(note).append('\n'));
    return text.toString();
  }

  private static String number(@Nullable Double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Point p : points) {
      rows.add(
          List.of(
              p.series(),
              p.at(),
              p.value(),
              orEmpty(p.low()),
              orEmpty(p.high()),
              orEmpty(p.chance()),
              p.count()));
    }
    List<String> columns = List.of("series", "at", "value", "low", "high", "null", "count");
    List<DataTable> tables = new ArrayList<>(List.of(new DataTable("points", columns, rows)));
    tables.addAll(more);
    return tables;
  }

  private static Object orEmpty(@Nullable Double value) {
    return value == null ? "" : value;
  }

  /** Each series as a line with its interval, and a line for the null where points have one. */
  public static Figure curves(Heading heading, PlotAxis x, PlotAxis y, List<Point> points) {
    Map<String, List<Point>> series = new LinkedHashMap<>();
    points.forEach(p -> series.computeIfAbsent(p.series(), s -> new ArrayList<>()).add(p));
    List<Curves.Series> lines = new ArrayList<>();
    series.forEach((name, of) -> lines.add(line(name, of)));
    List<Point> chances = series.values().iterator().next();
    if (chances.stream().allMatch(p -> p.chance() != null)) {
      lines.add(
          new Curves.Series(
              "null",
              chances.stream().mapToDouble(Point::at).toArray(),
              chances.stream().mapToDouble(p -> orNaN(p.chance())).toArray()));
    }
    return new Curves(heading, x, y, lines);
  }

  private static Curves.Series line(String name, List<Point> of) {
    double[] low = of.stream().mapToDouble(p -> orNaN(p.low())).toArray();
    double[] high = of.stream().mapToDouble(p -> orNaN(p.high())).toArray();
    boolean banded = of.stream().anyMatch(p -> p.low() != null);
    return new Curves.Series(
        name,
        of.stream().mapToDouble(Point::at).toArray(),
        of.stream().mapToDouble(Point::value).toArray(),
        banded ? new Interval(low, high, INTERVAL) : null);
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }
}
