package circuitscope.app.gui.study;

import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Range;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.figure.Waterfall;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Gives figures of one kind the same colours and axes, so that they can be compared by eye. */
final class SameScale {
  private final List<Figure> figures;

  private SameScale(List<Figure> figures) {
    this.figures = figures;
  }

  /** The figures with one range for all; kinds without a scale stay as they are. */
  static List<Figure> of(List<Figure> figures) {
    SameScale scale = new SameScale(figures);
    return figures.stream().map(scale::scaled).toList();
  }

  /** The same figure under another heading. */
  static Figure headed(Figure figure, Heading heading) {
    return switch (figure) {
      case Heatmap f ->
          new Heatmap(heading, f.values(), f.rows(), f.columns(), f.colours(), f.mask());
      case Curves f -> new Curves(heading, f.x(), f.y(), f.series(), f.guides());
      case Scatter f -> new Scatter(heading, f.x(), f.y(), f.groups(), f.guides());
      case Waterfall f -> new Waterfall(heading, f.value(), f.steps(), f.changes(), f.total());
      case TokenStrip f -> new TokenStrip(heading, f.tokens(), f.values(), f.colours());
      default -> figure;
    };
  }

  private Figure scaled(Figure figure) {
    return switch (figure) {
      case Heatmap f ->
          new Heatmap(
              f.heading(),
              f.values(),
              f.rows(),
              f.columns(),
              coloured(f.colours(), all(Heatmap.class, one -> floats(one.values().values()))),
              f.mask());
      case TokenStrip f ->
          new TokenStrip(
              f.heading(),
              f.tokens(),
              f.values(),
              coloured(f.colours(), all(TokenStrip.class, one -> floats(one.values()))));
      case Curves f ->
          new Curves(
              f.heading(),
              f.x(),
              along(f.y(), all(Curves.class, SameScale::heights)),
              f.series(),
              f.guides());
      case Waterfall f ->
          new Waterfall(
              f.heading(),
              along(f.value(), all(Waterfall.class, one -> Arrays.stream(one.levels()))),
              f.steps(),
              f.changes(),
              f.total());
      default -> figure;
    };
  }

  private interface Values<F> {
    DoubleStream of(F figure);
  }

  /** The range of the finite values of all figures of that kind; null where there are none. */
  private <F extends Figure> @Nullable Range all(Class<F> kind, Values<F> values) {
    double[] finite =
        figures.stream()
            .filter(kind::isInstance)
            .map(kind::cast)
            .flatMapToDouble(values::of)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return finite.length == 0 || finite[0] == finite[finite.length - 1]
        ? null
        : new Range(finite[0], finite[finite.length - 1]);
  }

  private static DoubleStream floats(float[] values) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (float value : values) {
      all.add(value);
    }
    return all.build();
  }

  private static DoubleStream heights(Curves curves) {
    return curves.series().stream()
        .flatMapToDouble(
            series ->
                series.band() == null
                    ? Arrays.stream(series.y())
                    : DoubleStream.concat(
                        Arrays.stream(series.y()),
                        DoubleStream.concat(
                            Arrays.stream(Objects.requireNonNull(series.band()).low()),
                            Arrays.stream(Objects.requireNonNull(series.band()).high()))));
  }

  private static Colours coloured(Colours colours, @Nullable Range range) {
    boolean logarithmic = colours.scaling().kind() == Scaling.Kind.LOG;
    return range == null
            || (logarithmic && range.high() <= colours.scaling().threshold())
            || (colours.range() != null && !logarithmic)
        ? colours
        : colours.withRange(range.low(), range.high());
  }

  private static PlotAxis along(PlotAxis axis, @Nullable Range range) {
    return range == null || axis.range() != null || axis.scaling().kind() != Scaling.Kind.LINEAR
        ? axis
        : axis.withRange(range.low(), range.high());
  }
}
