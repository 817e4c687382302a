package circuitscope.viz.paint;

import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Raster;
import circuitscope.viz.layout.Stroke;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Marks as pixels. Cells are snapped to the pixel grid, so that they keep their exact colours; text
 * is drawn from the shipped font's outlines, which needs no font on the machine.
 */
final class PngPainter {
  private static final String FORMAT = "javax_imageio_png_1.0";

  private PngPainter() {}

  static BufferedImage image(Marks page, int dpi) {
    double scale = dpi / 72.0;
    int width = (int) Math.ceil(page.width() * scale - 1e-6);
    int height = (int) Math.ceil(page.height() * scale - 1e-6);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(page.paper()));
    g.fillRect(0, 0, width, height);
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    AffineTransform toPixels = AffineTransform.getScaleInstance(scale, scale);
    for (Mark mark : page.marks()) {
      draw(g, toPixels, mark);
    }
    g.dispose();
    return image;
  }

  static void write(Marks page, int dpi, Description description, OutputStream out)
      throws IOException {
    BufferedImage image = image(page, dpi);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(image), writer.getDefaultWriteParam());
      metadata.mergeTree(FORMAT, metadata(dpi, description));
      writer.write(new IIOImage(image, null, metadata));
    } finally {
      writer.dispose();
    }
  }

  private static void draw(Graphics2D g, AffineTransform toPixels, Mark mark) {
    g.setTransform(toPixels);
    switch (mark) {
      case Mark.Rect rect -> {
        int[] p = pixels(toPixels.getScaleX(), rect.x(), rect.y(), rect.width(), rect.height());
        g.setTransform(new AffineTransform());
        g.setColor(new Color(rect.fill(), true));
        g.fillRect(p[0], p[1], p[2], p[3]);
      }
      case Mark.Line line ->
          stroke(g, new Line2D.Double(line.x1(), line.y1(), line.x2(), line.y2()), line.stroke());
      case Mark.Polyline polyline ->
          stroke(g, path(polyline.x(), polyline.y(), false), polyline.stroke());
      case Mark.Polygon polygon ->
          shape(g, path(polygon.x(), polygon.y(), true), polygon.fill(), polygon.stroke());
      case Mark.Disc disc -> {
        double r = disc.radius();
        shape(
            g,
            new Ellipse2D.Double(disc.x() - r, disc.y() - r, 2 * r, 2 * r),
            disc.fill(),
            disc.stroke());
      }
      case Mark.Text text -> text(g, text);
      case Mark.Image image -> {
        int[] p = pixels(toPixels.getScaleX(), image.x(), image.y(), image.width(), image.height());
        g.setTransform(new AffineTransform());
        Raster pooled = image.raster().pooled(p[3], p[2]);
        g.drawImage(RasterImage.of(pooled, 1), p[0], p[1], p[2], p[3], null);
      }
    }
  }

  /** The whole pixels nearest to a rectangle, at least one in each direction. */
  private static int[] pixels(double scale, double x, double y, double width, double height) {
    int left = (int) Math.round(x * scale);
    int top = (int) Math.round(y * scale);
    int right = (int) Math.round((x + width) * scale);
    int bottom = (int) Math.round((y + height) * scale);
    return new int[] {left, top, Math.max(1, right - left), Math.max(1, bottom - top)};
  }

  private static void text(Graphics2D g, Mark.Text text) {
    g.setColor(new Color(text.colour(), true));
    g.translate(text.startX(), text.startY());
    if (text.upwards()) {
      g.rotate(-Math.PI / 2);
    }
    g.scale(text.size(), text.size());
    for (int codePoint : text.text().codePoints().toArray()) {
      g.fill(text.typeface().outline(codePoint));
      g.translate(text.typeface().width(codePoint), 0);
    }
  }

  private static void shape(Graphics2D g, Shape shape, int fill, @Nullable Stroke stroke) {
    g.setColor(new Color(fill, true));
    g.fill(shape);
    if (stroke != null) {
      stroke(g, shape, stroke);
    }
  }

  private static void stroke(Graphics2D g, Shape shape, Stroke stroke) {
    g.setColor(new Color(stroke.colour(), true));
    float width = (float) stroke.width();
    float dash = (float) stroke.dash();
    g.setStroke(
        dash == 0
            ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
            : new BasicStroke(
                width,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                1,
                new float[] {dash, dash},
                0));
    g.draw(shape);
  }

  private static Path2D path(double[] x, double[] y, boolean closed) {
    var path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < x.length; i++) {
      path.lineTo(x[i], y[i]);
    }
    if (closed) {
      path.closePath();
    }
    return path;
  }

  private static IIOMetadataNode metadata(int dpi, Description description) {
    var root = new IIOMetadataNode(FORMAT);
    var physical = new IIOMetadataNode("pHYs");
    String perMetre = Long.toString(Math.round(dpi / 0.0254));
    physical.setAttribute("pixelsPerUnitXAxis", perMetre);
    physical.setAttribute("pixelsPerUnitYAxis", perMetre);
    physical.setAttribute("unitSpecifier", "meter");
    root.appendChild(physical);
    var texts = new IIOMetadataNode("iTXt");
    Map<String, String> entries = new TreeMap<>(description.provenance());
    entries.put("Title", description.title());
    entries.put("Description", description.caption());
    entries.forEach(
        (key, value) -> {
          var entry = new IIOMetadataNode("iTXtEntry");
          entry.setAttribute("keyword", key.length() > 79 ? key.substring(0, 79) : key);
          entry.setAttribute("compressionFlag", "FALSE");
          entry.setAttribute("compressionMethod", "0");
          entry.setAttribute("languageTag", "");
          entry.setAttribute("translatedKeyword", "");
          entry.setAttribute("text", value);
          texts.appendChild(entry);
        });
    root.appendChild(texts);
    return root;
  }
}
