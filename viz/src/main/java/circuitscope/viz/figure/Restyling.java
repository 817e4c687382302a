package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a reader changes of a stored figure before drawing it again: its words and how values map to
 * colours or along the measured axis, never the values.
 *
 * @param title null for the figure's own; empty for none
 * @param palette null for the figure's own
 * @param scaling null for the figure's own; its threshold follows the data ({@link Scaling#suited})
 */
public record Restyling(
    @Nullable String title, @Nullable Palette palette, Scaling.@Nullable Kind scaling) {

  /**
   * The changed figure; in a sheet every panel that can take the change takes it.
   *
   * @throws IllegalArgumentException where the kind of figure has no palette or no scale, or cannot
   *     have this one
   */
  public Figure of(Figure figure) {
    Heading heading =
        title == null ? figure.heading() : new Heading(figure.id(), title, figure.caption());
    return switch (figure) {
      case Heatmap map ->
          new Heatmap(
              heading,
              map.values(),
              map.rows(),
              map.columns(),
              colours(map.colours(), largest(List.of(map.values()))),
              map.mask());
      case HeadGrid grid ->
          new HeadGrid(
              heading,
              grid.layers(),
              grid.heads(),
              grid.patterns(),
              colours(grid.colours(), largest(grid.patterns())),
              grid.mask());
      case TokenStrip strip ->
          new TokenStrip(
              heading,
              strip.tokens(),
              strip.values(),
              colours(strip.colours(), largest(floats(strip.values()))));
      case Arcs arcs -> {
        double largest = largest(arcs.arcs().stream().mapToDouble(Arcs.Arc::weight));
        yield new Arcs(heading, arcs.tokens(), arcs.arcs(), colours(arcs.colours(), largest));
      }
      case Curves curves -> {
        double largest =
            largest(curves.series().stream().flatMapToDouble(one -> Arrays.stream(one.y())));
        PlotAxis y = axis(curves, curves.y(), largest);
        yield new Curves(heading, curves.x(), y, curves.series(), curves.guides());
      }
      case Scatter scatter -> {
        double largest =
            largest(scatter.groups().stream().flatMapToDouble(one -> Arrays.stream(one.y())));
        PlotAxis y = axis(scatter, scatter.y(), largest);
        yield new Scatter(heading, scatter.x(), y, scatter.groups(), scatter.guides());
      }
      case Bars bars -> {
        double largest =
            largest(bars.groups().stream().flatMapToDouble(one -> Arrays.stream(one.values())));
        yield new Bars(
            heading,
            bars.categoryTitle(),
            axis(bars, bars.value(), largest),
            bars.categories(),
            bars.groups(),
            bars.direction(),
            bars.guides());
      }
      case Waterfall waterfall -> {
        if (scaling == Scaling.Kind.LOG) {
          throw new IllegalArgumentException(
              "figure '%s': a waterfall begins at 0, where a log scale has no value; use symlog"
                  .formatted(figure.id()));
        }
        PlotAxis value =
            axis(waterfall, waterfall.value(), largest(Arrays.stream(waterfall.levels())));
        yield new Waterfall(
            heading, value, waterfall.steps(), waterfall.changes(), waterfall.total());
      }
      case Table table -> {
        requireNothing(figure);
        yield new Table(heading, table.columns(), table.rows());
      }
      case CircuitGraph graph -> {
        requireNothing(figure);
        yield new CircuitGraph(
            heading, graph.rows(), graph.edges(), graph.positive(), graph.negative());
      }
      case Sheet sheet -> sheet(sheet, heading);
    };
  }

  /**
   * A figure with its sequential colours in another map. What is centred on 0, or has no colour
   * map, stays as it is.
   */
  public static Figure sequential(Figure figure, Palette palette) {
    Colours own =
        switch (figure) {
          case Heatmap map -> map.colours();
          case HeadGrid grid -> grid.colours();
          case TokenStrip strip -> strip.colours();
          case Arcs arcs -> arcs.colours();
          default -> null;
        };
    if (figure instanceof Sheet(Heading heading, int columns, List<Figure> panels)) {
      return new Sheet(
          heading, columns, panels.stream().map(panel -> sequential(panel, palette)).toList());
    }
    return own == null || own.palette().diverging()
        ? figure
        : new Restyling(null, palette, null).of(figure);
  }

  private Sheet sheet(Sheet sheet, Heading heading) {
    Restyling inside = new Restyling(null, palette, scaling);
    List<Figure> panels =
        sheet.panels().stream().map(panel -> takes(panel) ? inside.of(panel) : panel).toList();
    boolean changes = palette != null || scaling != null;
    if (changes && sheet.panels().stream().noneMatch(this::takes)) {
      throw unable(sheet);
    }
    return new Sheet(heading, sheet.columns(), panels);
  }

  private boolean takes(Figure figure) {
    return switch (figure) {
      case Heatmap _, HeadGrid _, TokenStrip _, Arcs _ -> true;
      case Curves _, Scatter _, Bars _ -> palette == null;
      case Waterfall _ -> palette == null && scaling != Scaling.Kind.LOG;
      case Table _, CircuitGraph _, Sheet _ -> false;
    };
  }

  private void requireNothing(Figure figure) {
    if (palette != null || scaling != null) {
      throw unable(figure);
    }
  }

  private IllegalArgumentException unable(Figure figure) {
    return new IllegalArgumentException(
        "figure '%s' has no %s to change; leave that option out"
            .formatted(figure.id(), palette != null ? "palette" : "scale"));
  }

  private Colours colours(Colours own, double largest) {
    Palette newPalette = palette == null ? own.palette() : palette;
    Scaling newScaling = scaling == null ? own.scaling() : Scaling.suited(scaling, largest);
    if (newPalette.diverging() && newScaling.kind() == Scaling.Kind.LOG) {
      throw new IllegalArgumentException(
          "the palette %s is centred on 0, where a log scale has no value; use symlog"
              .formatted(newPalette.name().toLowerCase(Locale.ROOT)));
    }
    Range range = own.range();
    boolean floored = newScaling.kind() == Scaling.Kind.LOG;
    boolean keeps = range != null && !(floored && range.high() <= newScaling.threshold());
    return new Colours(newPalette, newScaling, keeps ? range : null, own.label());
  }

  /** Without a palette, plots show their groups in fixed colours. */
  private PlotAxis axis(Figure figure, PlotAxis own, double largest) {
    if (palette != null) {
      throw unable(figure);
    }
    if (scaling == null) {
      return own;
    }
    Scaling suited = Scaling.suited(scaling, largest);
    Range range = own.range();
    boolean floored = suited.kind() == Scaling.Kind.LOG;
    boolean keeps = range != null && !(floored && range.low() < suited.threshold());
    return new PlotAxis(own.title(), suited, keeps ? range : null);
  }

  private static double largest(List<Matrix> matrices) {
    return largest(matrices.stream().flatMapToDouble(matrix -> floats(matrix.values())));
  }

  private static double largest(DoubleStream values) {
    return values.map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  private static DoubleStream floats(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
  }
}
