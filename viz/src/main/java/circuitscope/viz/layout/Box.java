package circuitscope.viz.layout;

/** An upright rectangle on the page, in points. */
public record Box(double x, double y, double width, double height) {

  public double right() {
    return x + width;
  }

  public double bottom() {
    return y + height;
  }

  Box movedBy(double dx, double dy) {
    return new Box(x + dx, y + dy, width, height);
  }

  /** Points from a place to the rectangle; 0 inside it. */
  double distance(double px, double py) {
    double dx = Math.max(0, Math.max(x - px, px - right()));
    double dy = Math.max(0, Math.max(y - py, py - bottom()));
    return Math.hypot(dx, dy);
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
