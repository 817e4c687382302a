package circuitscope.viz.layout;

import java.util.List;

/**
 * A laid-out figure.
 *
 * @param width of the page, in points
 * @param height of the page, in points
 * @param paper colour of the page, {@code 0xAARRGGBB}
 * @param marks in drawing order
 */
public record Marks(double width, double height, int paper, List<Mark> marks) {

  public Marks {
    marks = List.copyOf(marks);
  }

  public Box page() {
    return new Box(0, 0, width, height);
  }
}
