package circuitscope.viz.layout;

/** An upright rectangle on the page, in points. */
public record Box(double x, double y, double width, double height) {

  public double right() {
    return x + width;
  }

  public double bottom() {
    return y + height;
  }

  /** Whether the two share more than {@code tolerance} points in both directions. */
  public boolean overlaps(Box other, double tolerance) {
    return x + tolerance < other.right()
        && other.x + tolerance < right()
        && y + tolerance < other.bottom()
        && other.y + tolerance < bottom();
  }

  public boolean contains(Box other, double tolerance) {
    return other.x >= x - tolerance
        && other.y >= y - tolerance
        && other.right() <= right() + tolerance
        && other.bottom() <= bottom() + tolerance;
  }
}
