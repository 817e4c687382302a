package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines over a common pair of axes, with optional bands around them. */
public record Curves(
    Heading heading, PlotAxis x, PlotAxis y, List<Series> series, List<Guide> guides)
    implements Figure {

  public Curves {
    series = List.copyOf(series);
    guides = List.copyOf(guides);
    Check.notEmpty(heading, "series", series.size());
    for (Series one : series) {
      Check.sameLength(heading, "x of '" + one.name() + "'", one.x().length, "y", one.y().length);
      Interval band = one.band();
      if (band != null) {
        Check.sameLength(
            heading, "y of '" + one.name() + "'", one.y().length, "intervals", band.low().length);
      }
    }
  }

  public Curves(Heading heading, PlotAxis x, PlotAxis y, List<Series> series) {
    this(heading, x, y, series, List.of());
  }

  /**
   * One line. Points where {@code y} is NaN leave a gap.
   *
   * @param x ascending positions
   */
  public record Series(String name, double[] x, double[] y, @Nullable Interval band) {

    public Series(String name, double[] x, double[] y) {
      this(name, x, y, null);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Series that
          && name.equals(that.name)
          && Arrays.equals(x, that.x)
          && Arrays.equals(y, that.y)
          && (band == null ? that.band == null : band.equals(that.band));
    }

    @Override
    public int hashCode() {
      return 31 * (31 * name.hashCode() + Arrays.hashCode(x)) + Arrays.hashCode(y);
    }
  }
}
