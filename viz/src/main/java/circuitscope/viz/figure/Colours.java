package circuitscope.viz.figure;

import org.jspecify.annotations.Nullable;

/**
 * How values become colours, and what the colour bar says.
 *
 * @param range values beyond it take the end colours and the bar's end is pointed; null for the
 *     smallest range that holds the data. A diverging palette is always centred on 0, so its range
 *     is widened to be symmetric.
 * @param label what the colour bar measures, with its unit; empty for none
 */
public record Colours(Palette palette, Scaling scaling, @Nullable Range range, String label) {

  public Colours {
    if (palette.diverging() && scaling.kind() == Scaling.Kind.LOG) {
      throw new IllegalArgumentException(
          "colours '%s': a diverging palette is centred on 0, where a log scale has no value; use SYMLOG"
              .formatted(label));
    }
    if (range != null
        && scaling.kind() == Scaling.Kind.LOG
        && range.high() <= scaling.threshold()) {
      throw new IllegalArgumentException(
          "colours '%s': the range ends at %s, at or below the log floor %s"
              .formatted(label, range.high(), scaling.threshold()));
    }
  }

  /** Probabilities: blues over 0 to 1, linear. */
  public static Colours probability(String label) {
    return new Colours(Palette.BLUES, Scaling.linear(), new Range(0, 1), label);
  }

  /** Unsigned values over their own range. */
  public static Colours sequential(String label) {
    return new Colours(Palette.VIRIDIS, Scaling.linear(), null, label);
  }

  /** Signed values: red below 0, blue above, centred on 0. */
  public static Colours signed(String label) {
    return new Colours(Palette.RED_BLUE, Scaling.linear(), null, label);
  }

  public Colours withScaling(Scaling newScaling) {
    return new Colours(palette, newScaling, range, label);
  }

  public Colours withRange(double low, double high) {
    return new Colours(palette, scaling, new Range(low, high), label);
  }
}
