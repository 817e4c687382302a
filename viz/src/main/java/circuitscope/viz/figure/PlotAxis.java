package circuitscope.viz.figure;

import org.jspecify.annotations.Nullable;

/**
 * One axis of a plot.
 *
 * @param title what is measured, with its unit
 * @param range what is shown; null for the range of the data, a little widened
 */
public record PlotAxis(String title, Scaling scaling, @Nullable Range range) {

  public PlotAxis {
    if (range != null && scaling.kind() == Scaling.Kind.LOG && range.low() < scaling.threshold()) {
      throw new IllegalArgumentException(
          "axis '%s': the range begins at %s, below the log floor %s"
              .formatted(title, range.low(), scaling.threshold()));
    }
  }

  public static PlotAxis linear(String title) {
    return new PlotAxis(title, Scaling.linear(), null);
  }

  /** A log axis; values at or below {@code floor} are drawn at the floor. */
  public static PlotAxis log(String title, double floor) {
    return new PlotAxis(title, Scaling.log(floor), null);
  }

  public PlotAxis withRange(double low, double high) {
    return new PlotAxis(title, scaling, new Range(low, high));
  }
}
