package circuitscope.viz.layout;

import org.jspecify.annotations.Nullable;

/** One thing to be drawn, where it stands on the page. Colours are {@code 0xAARRGGBB}. */
public sealed interface Mark {

  /** The page that the mark covers, line widths left out. */
  Box bounds();

  Mark movedBy(double dx, double dy);

  /** A filled rectangle: a cell, a bar, a background. */
  record Rect(double x, double y, double width, double height, int fill) implements Mark {
    @Override
    public Box bounds() {
      return new Box(x, y, width, height);
    }

    @Override
    public Rect movedBy(double dx, double dy) {
      return new Rect(x + dx, y + dy, width, height, fill);
    }
  }

  /** A straight line. */
  record Line(double x1, double y1, double x2, double y2, Stroke stroke) implements Mark {
    @Override
    public Box bounds() {
      return new Box(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1));
    }

    @Override
    public Line movedBy(double dx, double dy) {
      return new Line(x1 + dx, y1 + dy, x2 + dx, y2 + dy, stroke);
    }
  }

  /** Joined straight lines. */
  record Polyline(double[] x, double[] y, Stroke stroke) implements Mark {
    @Override
    public Box bounds() {
      return around(x, y);
    }

    @Override
    public Polyline movedBy(double dx, double dy) {
      return new Polyline(shifted(x, dx), shifted(y, dy), stroke);
    }
  }

  /** A closed, filled shape, with or without an outline. */
  record Polygon(double[] x, double[] y, int fill, @Nullable Stroke stroke) implements Mark {
    @Override
    public Box bounds() {
      return around(x, y);
    }

    @Override
    public Polygon movedBy(double dx, double dy) {
      return new Polygon(shifted(x, dx), shifted(y, dy), fill, stroke);
    }
  }

  /** A filled circle. */
  record Disc(double x, double y, double radius, int fill, @Nullable Stroke stroke)
      implements Mark {
    @Override
    public Box bounds() {
      return new Box(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    @Override
    public Disc movedBy(double dx, double dy) {
      return new Disc(x + dx, y + dy, radius, fill, stroke);
    }
  }

  /**
   * One line of text; every character of it is in the typeface.
   *
   * @param x where {@code anchor} stands, on the baseline
   * @param upwards whether the text is turned to read from bottom to top
   */
  record Text(
      double x,
      double y,
      String text,
      Typeface typeface,
      double size,
      Anchor anchor,
      boolean upwards,
      int colour)
      implements Mark {

    /** Which point of its baseline a text is held at. */
    public enum Anchor {
      START(0),
      MIDDLE(0.5),
      END(1);

      private final double share;

      Anchor(double share) {
        this.share = share;
      }
    }

    public double length() {
      return typeface.width(text, size);
    }

    /** Where the baseline begins: x. */
    public double startX() {
      return upwards ? x : x - anchor.share * length();
    }

    /** Where the baseline begins: y. */
    public double startY() {
      return upwards ? y + anchor.share * length() : y;
    }

    @Override
    public Box bounds() {
      double ascent = Typeface.ASCENT * size;
      double height = ascent + Typeface.DESCENT * size;
      return upwards
          ? new Box(x - ascent, startY() - length(), height, length())
          : new Box(startX(), y - ascent, length(), height);
    }

    @Override
    public Text movedBy(double dx, double dy) {
      return new Text(x + dx, y + dy, text, typeface, size, anchor, upwards, colour);
    }
  }

  /** A raster of cells stretched over a rectangle, never smoothed. */
  record Image(double x, double y, double width, double height, Raster raster) implements Mark {
    @Override
    public Box bounds() {
      return new Box(x, y, width, height);
    }

    @Override
    public Image movedBy(double dx, double dy) {
      return new Image(x + dx, y + dy, width, height, raster);
    }
  }

  private static Box around(double[] x, double[] y) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < x.length; i++) {
      left = Math.min(left, x[i]);
      right = Math.max(right, x[i]);
      top = Math.min(top, y[i]);
      bottom = Math.max(bottom, y[i]);
    }
    return new Box(left, top, right - left, bottom - top);
  }

  private static double[] shifted(double[] values, double by) {
    double[] shifted = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      shifted[i] = values[i] + by;
    }
    return shifted;
  }
}
