package circuitscope.app.gui.subnetworks;

import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Map;

/**
 * A training as far as it is, with its figures made beside the window.
 *
 * @param courses one a λ that has begun
 * @param total weights that can be masked, |M|
 * @param finished masks that are done, in the order of their names
 * @param figures courses and Pareto front
 * @param distributions of the finished masks, by name: where their weights lie
 */
public record Live(
    List<Course> courses,
    long total,
    List<Finished> finished,
    List<Figure> figures,
    Map<String, Figure> distributions) {
  static final Live NOTHING = new Live(List.of(), 0, List.of(), List.of(), Map.of());

  /** A mask that is done, in a folder. */
  public record Finished(String name, long active, long total) {
    public double share() {
      return total == 0 ? 0 : (double) active / total;
    }
  }
}
