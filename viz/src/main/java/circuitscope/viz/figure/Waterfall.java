package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;

/**
 * Changes added up from 0, one below the other, and their sum.
 *
 * @param steps names of the changes, top to bottom
 * @param changes one a step
 * @param total what the sum is called
 */
public record Waterfall(
    Heading heading, PlotAxis value, List<String> steps, double[] changes, String total)
    implements Figure {

  public Waterfall {
    steps = List.copyOf(steps);
    Check.notEmpty(heading, "steps", steps.size());
    Check.sameLength(heading, "changes", changes.length, "steps", steps.size());
    if (!Arrays.stream(changes).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "figure '%s': a change is not a finite number; nothing can be added to it"
              .formatted(heading.id()));
    }
  }

  /** Where each step begins, and last the sum. */
  public double[] levels() {
    double[] levels = new double[changes.length + 1];
    for (int i = 0; i < changes.length; i++) {
      levels[i + 1] = levels[i] + changes[i];
    }
    return levels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Waterfall that
        && heading.equals(that.heading)
        && value.equals(that.value)
        && steps.equals(that.steps)
        && Arrays.equals(changes, that.changes)
        && total.equals(that.total);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * heading.hashCode() + steps.hashCode()) + Arrays.hashCode(changes);
  }
}
