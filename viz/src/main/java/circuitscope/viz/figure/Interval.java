package circuitscope.viz.figure;

import java.util.Arrays;

/**
 * An interval around each of a row of values.
 *
 * @param low lower ends; NaN where there is none
 * @param high upper ends, as many
 * @param meaning what the interval is, "95 % bootstrap interval" say; goes into legend and data
 */
public record Interval(double[] low, double[] high, String meaning) {

  public Interval {
    if (low.length != high.length) {
      throw new IllegalArgumentException(
          "interval '%s': %d lower ends, but %d upper ends"
              .formatted(meaning, low.length, high.length));
    }
    for (int i = 0; i < low.length; i++) {
      if (low[i] > high[i]) {
        throw new IllegalArgumentException(
            "interval '%s': entry %d runs from %s down to %s"
                .formatted(meaning, i, low[i], high[i]));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Interval(double[] otherLow, double[] otherHigh, String otherMeaning)
        && Arrays.equals(low, otherLow)
        && Arrays.equals(high, otherHigh)
        && meaning.equals(otherMeaning);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(low) + Arrays.hashCode(high)) + meaning.hashCode();
  }
}
