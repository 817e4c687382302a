package circuitscope.heads.sweep;

import circuitscope.probes.geometry.PrincipalComponents;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
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
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** A sweep as curves over one axis of steps, and every head's score as a map. */
final class SweepFigures {
  /** Heads followed by name: those with the highest score in the last checkpoint. */
  private static final int FOLLOWED = 2;

  /** Checkpoints of which all heads are drawn. */
  private static final int MAPS = 12;

  private final SweepResult result;
  private final List<CheckpointScores> checkpoints;
  private final double[] steps;
  private final PlotAxis axis;
  private final List<Guide> turn;

  SweepFigures(SweepResult result) {
    this.result = result;
    this.checkpoints = result.checkpoints();
    this.steps = values(CheckpointScores::step);
    double first = Arrays.stream(steps).filter(step -> step > 0).min().orElse(1);
    double decade = Math.pow(10, Math.floor(Math.log10(first)));
    this.axis = new PlotAxis("training step", Scaling.symlog(decade), null);
    SweepResult.Turn rise = result.induction();
    this.turn =
        rise == null
            ? List.of()
            : List.of(
                Guide.atX((double) rise.fromStep(), ""), Guide.atX((double) rise.toStep(), ""));
  }

  List<Figure> all() {
    List<Figure> panels = new ArrayList<>(List.of(induction(), inContext(), losses(), sinks()));
    PrincipalComponents components = result.components();
    if (components != null) {
      panels.add(components(components));
      if (components.explained().length > 1) {
        panels.add(path(components));
      }
    }
    Sheet sheet =
        new Sheet(
            new Heading(
                "sweep",
                "What is learned when",
                "Induction score, in-context-learning score, losses, sink rate and principal"
                    + " components of per-token losses by training step. Dashed: the two"
                    + " checkpoints between which the best induction score rises most. Bands: 95 %"
                    + " bootstrap intervals over rows."),
            2,
            panels);
    return List.of(sheet, heads());
  }

  private double[] values(ToDoubleFunction<CheckpointScores> value) {
    return checkpoints.stream().mapToDouble(value).toArray();
  }

  private Curves.Series line(String name, ToDoubleFunction<CheckpointScores> value) {
    return new Curves.Series(name, steps, values(value));
  }

  private Curves.Series band(String name, Function<CheckpointScores, Estimate> estimate) {
    return new Curves.Series(
        name,
        steps,
        values(one -> estimate.apply(one).value()),
        new Interval(
            values(one -> estimate.apply(one).low()),
            values(one -> estimate.apply(one).high()),
            "95 % interval"));
  }

  private Figure curves(String id, String title, PlotAxis y, List<Curves.Series> series) {
    return new Curves(Heading.of(id, title), axis, y, series, turn);
  }

  private Figure induction() {
    CheckpointScores last = checkpoints.getLast();
    List<Curves.Series> series = new ArrayList<>();
    series.add(band("best head", one -> one.best().score()));
    IntStream.range(0, last.induction().length)
        .boxed()
        .sorted(Comparator.comparingDouble(head -> -last.induction()[head]))
        .limit(FOLLOWED)
        .map(head -> new HeadName(head / last.headsOfLayer(), head % last.headsOfLayer()))
        .forEach(head -> series.add(line(head.toString(), one -> one.induction(head))));
    series.add(line("null, 95 %", one -> one.best().null95th()));
    series.add(
        line("mean of heads", one -> Arrays.stream(one.induction()).average().orElse(Double.NaN)));
    return curves(
        "sweep-induction", "Induction", PlotAxis.linear("induction score").withRange(0, 1), series);
  }

  private Figure inContext() {
    return curves(
        "sweep-in-context",
        "In-context learning",
        PlotAxis.linear("in-context-learning score (nats)"),
        List.of(
            band("single tokens", CheckpointScores::iclScore),
            band("windowed", CheckpointScores::iclScoreWindowed)));
  }

  private Figure losses() {
    return curves(
        "sweep-losses",
        "Losses",
        PlotAxis.linear("loss (nats)"),
        List.of(
            band("text", CheckpointScores::textLoss),
            band("repeated tokens", CheckpointScores::repeatedLoss)));
  }

  private Figure sinks() {
    return curves(
        "sweep-sinks",
        "Attention sinks",
        PlotAxis.linear("sink rate of the first token").withRange(0, 1),
        List.of(line("sink rate", CheckpointScores::sinkRate)));
  }

  private Figure components(PrincipalComponents components) {
    List<Curves.Series> series = new ArrayList<>();
    for (int c = 0; c < components.explained().length; c++) {
      int component = c;
      double[] y =
          Arrays.stream(components.coordinates()).mapToDouble(row -> row[component]).toArray();
      series.add(new Curves.Series(name(components, c), steps, y));
    }
    return curves(
        "sweep-components",
        "Per-token losses",
        PlotAxis.linear("principal component (nats)"),
        series);
  }

  /** The path through the plane of two components; it turns where something new is learned. */
  private Figure path(PrincipalComponents components) {
    double[] x = Arrays.stream(components.coordinates()).mapToDouble(row -> row[0]).toArray();
    double[] y = Arrays.stream(components.coordinates()).mapToDouble(row -> row[1]).toArray();
    return new Scatter(
        Heading.of("sweep-path", "Path of per-token losses"),
        PlotAxis.linear(name(components, 0)),
        PlotAxis.linear(name(components, 1)),
        List.of(
            new Scatter.Group(
                "checkpoint, by step",
                x,
                y,
                checkpoints.stream().map(one -> Long.toString(one.step())).toList())));
  }

  private static String name(PrincipalComponents components, int component) {
    return "component %d (%.0f %% of variance)"
        .formatted(component + 1, 100 * components.explained()[component]);
  }

  /** Layers × heads of some checkpoints, evenly spread when there are many. */
  private Figure heads() {
    int shown = Math.min(MAPS, checkpoints.size());
    List<Figure> maps = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      int place = shown == 1 ? 0 : Math.round((float) i * (checkpoints.size() - 1) / (shown - 1));
      CheckpointScores one = checkpoints.get(place);
      float[] values = new float[one.induction().length];
      for (int head = 0; head < values.length; head++) {
        values[head] = (float) one.induction()[head];
      }
      maps.add(
          new Heatmap(
              Heading.of("sweep-heads-" + one.step(), "Step " + one.step()),
              new Matrix(values.length / one.headsOfLayer(), one.headsOfLayer(), values),
              CellAxis.counted("layer"),
              CellAxis.counted("head"),
              Colours.probability("induction score"),
              CellMask.NONE));
    }
    return new Sheet(
        new Heading(
            "sweep-heads",
            "Induction score of every head",
            "Mean attention on the token after the earlier copy, by checkpoint."),
        Math.min(3, shown),
        maps);
  }
}
