package circuitscope.probes.residual.attribution;

import circuitscope.probes.residual.attribution.Attribution.Row;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.Waterfall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Pictures of an attribution: a waterfall, a map of heads, a list of neurons. */
record AttributionFigures(Attribution result) {
  private static final int STEPS = 32;

  List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    figures.add(waterfall());
    if (result.by().heads()) {
      figures.add(heads());
    }
    if (result.by().neurons()) {
      figures.add(neurons());
    }
    return figures;
  }

  private Heading heading(String id, String what) {
    return new Heading(
        "attribution-" + id,
        "%s of the %s; %s".formatted(what, result.subject(), result.sumCheck().badge()),
        Attribution.NORM + ". Direct effects only: not what removing a part would do.");
  }

  private Figure waterfall() {
    List<Row> rows = result.rows();
    Set<Row> shown = new HashSet<>(rows);
    if (rows.size() > STEPS) {
      rows.stream()
          .sorted(Comparator.comparingDouble(row -> Math.abs(row.share())))
          .limit(rows.size() - STEPS + 1L)
          .forEach(shown::remove);
    }
    List<String> steps = new ArrayList<>();
    List<Double> changes = new ArrayList<>();
    double rest = 0;
    for (Row row : rows) {
      if (shown.contains(row)) {
        steps.add(row.part());
        changes.add(row.share());
      } else {
        rest += row.share();
      }
    }
    if (shown.size() < rows.size()) {
      steps.add("%,d smaller parts".formatted(rows.size() - shown.size()));
      changes.add(rest);
    }
    return new Waterfall(
        heading("waterfall", "Parts"),
        PlotAxis.linear("logit, parts added up from the top"),
        steps,
        changes.stream().mapToDouble(Double::doubleValue).toArray(),
        "logit");
  }

  private Figure heads() {
    List<Row> heads = result.rows().stream().filter(row -> row.kind() == Part.Kind.HEAD).toList();
    float[] shares = new float[heads.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) heads.get(i).share();
    }
    return new Heatmap(
        heading("heads", "Heads"),
        new Matrix(shares.length / result.heads(), result.heads(), shares),
        CellAxis.counted("layer"),
        CellAxis.counted("head"),
        Colours.signed("share of the logit"),
        CellMask.NONE);
  }

  private Figure neurons() {
    List<List<String>> rows =
        result.rows().stream()
            .filter(row -> row.kind() == Part.Kind.NEURON)
            .sorted(Comparator.comparingDouble((Row row) -> -Math.abs(row.share())))
            .map(row -> List.of(row.part(), String.format(Locale.ROOT, "%+.4f", row.share())))
            .toList();
    return new Table(
        heading("neurons", "Neurons"),
        List.of(Table.Column.text("neuron"), Table.Column.number("share of the logit")),
        rows);
  }
}
