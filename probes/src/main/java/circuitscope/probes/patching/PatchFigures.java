package circuitscope.probes.patching;

import circuitscope.probes.patching.PatchResult.Grid;
import circuitscope.probes.patching.PatchResult.Place;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Grids of effects, and exact effects against attribution. */
final class PatchFigures {
  private static final String EFFECT = "effect (0 corrupted, 1 clean)";

  private PatchFigures() {}

  static List<Figure> of(PatchResult result) {
    List<Figure> figures = new ArrayList<>();
    List<Scatter.Group> compared = new ArrayList<>();
    for (Grid grid : result.grids()) {
      figures.add(grid.site() == PatchSite.NEURON ? bars(grid) : heatmap(grid, result));
      if (grid.rankCorrelation() != null) {
        compared.add(
            new Scatter.Group(
                String.format(Locale.ROOT, "%s (ρ = %.2f)", word(grid), grid.rankCorrelation()),
                values(grid, place -> place.effect().value()),
                values(grid, place -> Objects.requireNonNull(place.attribution()))));
      }
    }
    if (!compared.isEmpty()) {
      figures.add(
          new Scatter(
              new Heading(
                  "patch-attribution",
                  "Attribution against exact patching",
                  "One point a place; ρ is Spearman's rank correlation."),
              PlotAxis.linear("exact effect"),
              PlotAxis.linear("attribution"),
              compared));
    }
    return figures;
  }

  private static String word(Grid grid) {
    return grid.site().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double[] values(Grid grid, ToDoubleFunction<Place> value) {
    return grid.places().stream().mapToDouble(value).toArray();
  }

  private static Heading heading(Grid grid, String caption) {
    return new Heading("patch-" + word(grid), "Patching " + word(grid), caption);
  }

  /** Positions across where there are any, else units across and layers down. */
  private static Figure heatmap(Grid grid, PatchResult result) {
    boolean byPosition = grid.places().getFirst().position() != null;
    List<String> rows =
        byPosition
            ? grid.places().stream().map(Place::name).distinct().toList()
            : grid.places().stream().map(place -> "L" + place.layer()).distinct().toList();
    int columns = grid.places().size() / rows.size();
    List<String> labels =
        byPosition
            ? IntStream.range(0, columns).mapToObj(i -> i + " " + result.tokens().get(i)).toList()
            : IntStream.range(0, columns).mapToObj(i -> "H" + i).toList();
    float[] effects = new float[grid.places().size()];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = (float) grid.places().get(i).effect().value();
    }
    return new Heatmap(
        heading(
            grid,
            "How much of the clean answer is there when this place has the value of the other run."
                + " Tokens are those of the first pair; a star marks one that was corrupted."),
        new Matrix(rows.size(), columns, effects),
        new CellAxis(byPosition && grid.site().hasUnits() ? "head" : "layer", rows),
        new CellAxis(byPosition ? "position" : "head", labels),
        Colours.signed(EFFECT).withRange(-1, 1),
        CellMask.NONE);
  }

  private static Figure bars(Grid grid) {
    return new Bars(
        heading(grid, "Neurons with the largest attribution, patched at all positions."),
        "neuron",
        PlotAxis.linear(EFFECT),
        grid.places().stream().map(Place::name).toList(),
        List.of(
            new Bars.Group(
                "effect",
                values(grid, place -> place.effect().value()),
                new Interval(
                    values(grid, place -> place.effect().low()),
                    values(grid, place -> place.effect().high()),
                    "95 % bootstrap interval over pairs"))),
        Bars.Direction.LYING,
        List.of());
  }
}
