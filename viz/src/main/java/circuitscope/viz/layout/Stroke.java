package circuitscope.viz.layout;

/**
 * How a line is drawn.
 *
 * @param colour {@code 0xAARRGGBB}
 * @param width in points
 * @param dash length of dashes and of gaps in points; 0 for a solid line
 */
public record Stroke(int colour, double width, double dash) {

  public static Stroke solid(int colour, double width) {
    return new Stroke(colour, width, 0);
  }
}
