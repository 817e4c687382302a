package circuitscope.viz.layout;

import java.util.List;
import java.util.Optional;

/**
 * A laid-out figure.
 *
 * @param width of the page, in points
 * @param height of the page, in points
 * @param paper colour of the page, {@code 0xAARRGGBB}
 * @param marks in drawing order
 * @param picks what lies where, for the mouse
 */
public record Marks(
    double width, double height, int paper, List<Mark> marks, List<PickRegion> picks) {

  public Marks {
    marks = List.copyOf(marks);
    picks = List.copyOf(picks);
  }

  public Box page() {
    return new Box(0, 0, width, height);
  }

  /** The thing nearest to a place, within {@link PickRegion#REACH}; of equals the upper one. */
  public Optional<Pick> pick(double x, double y) {
    double least = PickRegion.REACH;
    Optional<Pick> nearest = Optional.empty();
    for (PickRegion region : picks) {
      double distance = region.distance(x, y);
      if (distance <= least) {
        Optional<Pick> found = region.at(x, y);
        nearest = found.isPresent() ? found : nearest;
        least = found.isPresent() ? distance : least;
      }
    }
    return nearest;
  }
}
