package circuitscope.viz.layout;

/** The markers of groups: shape as well as colour tells them apart. */
final class Signs {
  private static final int SHAPES = 4;

  private Signs() {}

  static void draw(Pen pen, int group, double x, double y, double radius, int fill) {
    Stroke edge = Stroke.solid(pen.theme().paper(), 0.3);
    switch (group % SHAPES) {
      case 0 -> pen.add(new Mark.Disc(x, y, radius, fill, edge));
      case 1 -> {
        double r = 0.88 * radius;
        pen.add(
            polygon(new double[] {-r, r, r, -r}, new double[] {-r, -r, r, r}, x, y, fill, edge));
      }
      case 2 -> {
        double r = 1.15 * radius;
        pen.add(
            polygon(
                new double[] {0, 0.95 * r, -0.95 * r},
                new double[] {-r, 0.7 * r, 0.7 * r},
                x,
                y,
                fill,
                edge));
      }
      default -> {
        double r = 1.2 * radius;
        pen.add(polygon(new double[] {0, r, 0, -r}, new double[] {-r, 0, r, 0}, x, y, fill, edge));
      }
    }
  }

  private static Mark polygon(double[] xs, double[] ys, double x, double y, int fill, Stroke edge) {
    return new Mark.Polygon(xs, ys, fill, edge).movedBy(x, y);
  }
}
