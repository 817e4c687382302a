package circuitscope.app.gui.subnetworks;

import java.util.List;

/**
 * How one λ went so far, as its {@code .curve.jsonl} tells.
 *
 * @param name of its files: {@code lambda-10}
 * @param points looks at the stop rule, of the present attempt
 */
public record Course(String name, List<Point> points) {
  /**
   * A look.
   *
   * @param lossNats mean cross-entropy to the target since the look before
   * @param kept weights that the hard mask would keep
   * @param pearson with bigrams on held-out text, infinite surprisals clamped; NaN where it was not
   *     judged
   */
  public record Point(int steps, double lossNats, long kept, double pearson) {}

  public Course {
    points = List.copyOf(points);
  }
}
