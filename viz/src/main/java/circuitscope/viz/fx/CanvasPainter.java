package circuitscope.viz.fx;

import circuitscope.viz.layout.Box;
import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Raster;
import circuitscope.viz.layout.Stroke;
import java.nio.IntBuffer;
import java.util.IdentityHashMap;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.text.FontSmoothingType;
import org.jspecify.annotations.Nullable;

/**
 * Marks on a JavaFX canvas, with the geometry of the files: cells snapped to whole pixels, images
 * never smoothed, text in the shipped typeface at its laid-out width.
 */
final class CanvasPainter {
  /** Rasters as small as their pixels: made once for a raster and size, painted many times. */
  private final IdentityHashMap<Raster, Raster> pooled = new IdentityHashMap<>();

  /**
   * Paints the part of a page that a canvas shows.
   *
   * @param scale pixels a point
   * @param left where the page's left edge lies on the canvas, in pixels
   * @param top where its upper edge lies
   */
  void paint(GraphicsContext g, Marks page, double scale, double left, double top) {
    double width = g.getCanvas().getWidth();
    double height = g.getCanvas().getHeight();
    g.setFontSmoothingType(FontSmoothingType.GRAY);
    g.setLineCap(StrokeLineCap.BUTT);
    g.setLineJoin(StrokeLineJoin.ROUND);
    g.setImageSmoothing(false);
    Box shown = new Box(-left / scale, -top / scale, width / scale, height / scale);
    for (Mark mark : page.marks()) {
      if (shown.overlaps(mark.bounds(), -8)) {
        draw(g, mark, scale, left, top);
      }
    }
  }

  private void draw(GraphicsContext g, Mark mark, double scale, double left, double top) {
    switch (mark) {
      case Mark.Rect rect -> {
        Pixels p = Pixels.of(rect.bounds(), scale, left, top);
        g.setFill(FxFonts.colour(rect.fill()));
        g.fillRect(p.x(), p.y(), p.width(), p.height());
      }
      case Mark.Line line -> line(g, line, scale, left, top);
      case Mark.Polyline line -> {
        stroke(g, line.stroke(), scale);
        double[] x = placed(line.x(), scale, left);
        g.strokePolyline(x, placed(line.y(), scale, top), x.length);
      }
      case Mark.Polygon polygon -> {
        double[] x = placed(polygon.x(), scale, left);
        double[] y = placed(polygon.y(), scale, top);
        g.setFill(FxFonts.colour(polygon.fill()));
        g.fillPolygon(x, y, x.length);
        Stroke outline = polygon.stroke();
        if (outline != null) {
          stroke(g, outline, scale);
          g.strokePolygon(x, y, x.length);
        }
      }
      case Mark.Disc disc -> disc(g, disc, scale, left, top);
      case Mark.Text text -> text(g, text, scale, left, top);
      case Mark.Image image -> image(g, image, scale, left, top);
    }
  }

  /** Lines of grids and axes are rectangles, which the toolkit fills far sooner than it strokes. */
  private static void line(
      GraphicsContext g, Mark.Line line, double scale, double left, double top) {
    double x1 = left + line.x1() * scale;
    double y1 = top + line.y1() * scale;
    double x2 = left + line.x2() * scale;
    double y2 = top + line.y2() * scale;
    double width = line.stroke().width() * scale;
    boolean upright = x1 == x2;
    if (line.stroke().dash() == 0 && (upright || y1 == y2)) {
      g.setFill(FxFonts.colour(line.stroke().colour()));
      double across = upright ? width : Math.abs(x2 - x1);
      double down = upright ? Math.abs(y2 - y1) : width;
      g.fillRect((x1 + x2 - across) / 2, (y1 + y2 - down) / 2, across, down);
    } else {
      stroke(g, line.stroke(), scale);
      g.strokeLine(x1, y1, x2, y2);
    }
  }

  private static void disc(
      GraphicsContext g, Mark.Disc disc, double scale, double left, double top) {
    double x = left + (disc.x() - disc.radius()) * scale;
    double y = top + (disc.y() - disc.radius()) * scale;
    double diameter = 2 * disc.radius() * scale;
    g.setFill(FxFonts.colour(disc.fill()));
    g.fillOval(x, y, diameter, diameter);
    Stroke outline = disc.stroke();
    if (outline != null) {
      stroke(g, outline, scale);
      g.strokeOval(x, y, diameter, diameter);
    }
  }

  private static void text(
      GraphicsContext g, Mark.Text text, double scale, double left, double top) {
    g.setFill(FxFonts.colour(text.colour()));
    g.setFont(FxFonts.of(text.typeface(), text.size() * scale));
    double x = left + text.startX() * scale;
    double y = top + text.startY() * scale;
    if (text.upwards()) {
      g.save();
      g.translate(x, y);
      g.rotate(-90);
      g.fillText(text.text(), 0, 0);
      g.restore();
    } else {
      g.fillText(text.text(), x, y);
    }
  }

  /** The shown part of a raster, every pixel from the cell (or block of cells) under it. */
  private void image(GraphicsContext g, Mark.Image image, double scale, double left, double top) {
    Pixels p = Pixels.of(image.bounds(), scale, left, top);
    int fromX = Math.max(0, -p.x());
    int fromY = Math.max(0, -p.y());
    int width = Math.min(p.width(), (int) Math.ceil(g.getCanvas().getWidth()) - p.x()) - fromX;
    int height = Math.min(p.height(), (int) Math.ceil(g.getCanvas().getHeight()) - p.y()) - fromY;
    if (width <= 0 || height <= 0) {
      return;
    }
    Raster small = small(image.raster(), p);
    int[] pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      int row = (int) ((long) (fromY + y) * small.rows() / p.height());
      for (int x = 0; x < width; x++) {
        int column = (int) ((long) (fromX + x) * small.columns() / p.width());
        pixels[y * width + x] = small.colour(row, column);
      }
    }
    var buffer =
        new PixelBuffer<>(
            width, height, IntBuffer.wrap(pixels), PixelFormat.getIntArgbPreInstance());
    g.drawImage(new WritableImage(buffer), p.x() + fromX, p.y() + fromY);
  }

  private Raster small(Raster raster, Pixels size) {
    @Nullable Raster known = pooled.get(raster);
    int rows = Math.min(raster.rows(), size.height());
    int columns = Math.min(raster.columns(), size.width());
    if (known == null || known.rows() != rows || known.columns() != columns) {
      known = raster.pooled(rows, columns);
      pooled.put(raster, known);
    }
    return known;
  }

  private static void stroke(GraphicsContext g, Stroke stroke, double scale) {
    g.setStroke(FxFonts.colour(stroke.colour()));
    g.setLineWidth(stroke.width() * scale);
    double dash = stroke.dash() * scale;
    g.setLineDashes(dash == 0 ? new double[0] : new double[] {dash});
  }

  private static double[] placed(double[] points, double scale, double from) {
    double[] placed = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      placed[i] = from + points[i] * scale;
    }
    return placed;
  }

  /** The whole pixels nearest to a rectangle, at least one in each direction, as in PNG files. */
  private record Pixels(int x, int y, int width, int height) {
    static Pixels of(Box box, double scale, double left, double top) {
      int x = (int) Math.round(left + box.x() * scale);
      int y = (int) Math.round(top + box.y() * scale);
      int right = (int) Math.round(left + box.right() * scale);
      int bottom = (int) Math.round(top + box.bottom() * scale);
      return new Pixels(x, y, Math.max(1, right - x), Math.max(1, bottom - y));
    }
  }
}
