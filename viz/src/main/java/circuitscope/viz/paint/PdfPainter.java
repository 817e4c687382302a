package circuitscope.viz.paint;

import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Raster;
import circuitscope.viz.layout.Stroke;
import circuitscope.viz.layout.Typeface;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.color.PDIndexed;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.PDExtendedGraphicsState;
import org.apache.pdfbox.util.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Marks as a PDF page: text as text in embedded subsets of the shipped font, rasters as indexed
 * images without interpolation. The file has no dates, so that the same figure gives the same
 * bytes.
 */
final class PdfPainter {
  /** How far a circle's control points lie from its corners: 4/3 · (√2 − 1). */
  private static final double CIRCLE = 0.5522847498;

  private final PDDocument document;
  private final PDPageContentStream out;
  private final double pageHeight;
  private final Map<Boolean, PDFont> fonts = new HashMap<>();
  private final Map<Integer, PDExtendedGraphicsState> opacities = new HashMap<>();
  private int opacity = 255;

  private PdfPainter(PDDocument document, PDPageContentStream out, double pageHeight) {
    this.document = document;
    this.out = out;
    this.pageHeight = pageHeight;
  }

  static void write(Marks page, Description description, OutputStream stream) throws IOException {
    try (var document = new PDDocument()) {
      document.setDocumentId(0L);
      PDDocumentInformation information = document.getDocumentInformation();
      information.setTitle(description.title());
      information.setSubject(description.caption());
      information.setCreator("Circuitscope");
      description.provenance().forEach(information::setCustomMetadataValue);
      var sheet = new PDPage(new PDRectangle((float) page.width(), (float) page.height()));
      document.addPage(sheet);
      try (var out = new PDPageContentStream(document, sheet)) {
        var painter = new PdfPainter(document, out, page.height());
        painter.draw(new Mark.Rect(0, 0, page.width(), page.height(), page.paper()));
        for (Mark mark : page.marks()) {
          painter.draw(mark);
        }
      }
      document.save(stream);
    }
  }

  private void draw(Mark mark) throws IOException {
    switch (mark) {
      case Mark.Rect rect -> {
        out.addRect(
            (float) rect.x(),
            y(rect.y() + rect.height()),
            (float) rect.width(),
            (float) rect.height());
        paint(rect.fill(), null);
      }
      case Mark.Line line -> {
        out.moveTo((float) line.x1(), y(line.y1()));
        out.lineTo((float) line.x2(), y(line.y2()));
        paint(0, line.stroke());
      }
      case Mark.Polyline polyline -> {
        path(polyline.x(), polyline.y());
        paint(0, polyline.stroke());
      }
      case Mark.Polygon polygon -> {
        path(polygon.x(), polygon.y());
        out.closePath();
        paint(polygon.fill(), polygon.stroke());
      }
      case Mark.Disc disc -> {
        circle((float) disc.x(), y(disc.y()), (float) disc.radius());
        paint(disc.fill(), disc.stroke());
      }
      case Mark.Text text -> text(text);
      case Mark.Image image ->
          out.drawImage(
              xobject(image.raster()),
              (float) image.x(),
              y(image.y() + image.height()),
              (float) image.width(),
              (float) image.height());
    }
  }

  /** PDF's y runs upwards. */
  private float y(double down) {
    return (float) (pageHeight - down);
  }

  private void path(double[] x, double[] y) throws IOException {
    out.moveTo((float) x[0], y(y[0]));
    for (int i = 1; i < x.length; i++) {
      out.lineTo((float) x[i], y(y[i]));
    }
  }

  private void circle(float x, float y, float r) throws IOException {
    float c = (float) (CIRCLE * r);
    out.moveTo(x + r, y);
    out.curveTo(x + r, y + c, x + c, y + r, x, y + r);
    out.curveTo(x - c, y + r, x - r, y + c, x - r, y);
    out.curveTo(x - r, y - c, x - c, y - r, x, y - r);
    out.curveTo(x + c, y - r, x + r, y - c, x + r, y);
    out.closePath();
  }

  /** Fills and strokes the current path. */
  private void paint(int fill, @Nullable Stroke stroke) throws IOException {
    boolean filled = fill >>> 24 != 0;
    if (filled) {
      fillColour(fill);
    }
    if (stroke != null) {
      out.setStrokingColor(
          channel(stroke.colour(), 16), channel(stroke.colour(), 8), channel(stroke.colour(), 0));
      out.setLineWidth((float) stroke.width());
      out.setLineJoinStyle(1);
      float dash = (float) stroke.dash();
      out.setLineDashPattern(dash == 0 ? new float[0] : new float[] {dash, dash}, 0);
    }
    if (filled && stroke != null) {
      out.fillAndStroke();
    } else if (filled) {
      out.fill();
    } else {
      out.stroke();
    }
  }

  private void fillColour(int argb) throws IOException {
    int alpha = argb >>> 24;
    if (alpha != opacity) {
      PDExtendedGraphicsState state = opacities.get(alpha);
      if (state == null) {
        state = new PDExtendedGraphicsState();
        state.setNonStrokingAlphaConstant(alpha / 255f);
        opacities.put(alpha, state);
      }
      out.setGraphicsStateParameters(state);
      opacity = alpha;
    }
    out.setNonStrokingColor(channel(argb, 16), channel(argb, 8), channel(argb, 0));
  }

  private static float channel(int argb, int shift) {
    return (argb >> shift & 0xff) / 255f;
  }

  private void text(Mark.Text text) throws IOException {
    fillColour(text.colour());
    out.beginText();
    out.setFont(font(text.typeface()), (float) text.size());
    float x = (float) text.startX();
    float y = y(text.startY());
    out.setTextMatrix(
        text.upwards() ? new Matrix(0, 1, -1, 0, x, y) : Matrix.getTranslateInstance(x, y));
    out.showText(text.text());
    out.endText();
  }

  private PDFont font(Typeface typeface) throws IOException {
    PDFont font = fonts.get(typeface.bold());
    if (font == null) {
      font = PDType0Font.load(document, new ByteArrayInputStream(typeface.bytes()), true);
      fonts.put(typeface.bold(), font);
    }
    return font;
  }

  /** One byte a cell and a colour table; {@code Interpolate} stays absent, which means false. */
  private PDImageXObject xobject(Raster raster) throws IOException {
    int factor = RasterImage.factor(raster);
    var deflated = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(RasterImage.enlarged(raster, factor));
    }
    int[] table = raster.table();
    byte[] colours = new byte[3 * table.length];
    for (int i = 0; i < table.length; i++) {
      colours[3 * i] = (byte) (table[i] >> 16);
      colours[3 * i + 1] = (byte) (table[i] >> 8);
      colours[3 * i + 2] = (byte) table[i];
    }
    var space = new COSArray();
    space.add(COSName.INDEXED);
    space.add(COSName.DEVICERGB);
    space.add(COSInteger.get(table.length - 1));
    space.add(new COSString(colours));
    return new PDImageXObject(
        document,
        new ByteArrayInputStream(deflated.toByteArray()),
        COSName.FLATE_DECODE,
        raster.columns() * factor,
        raster.rows() * factor,
        8,
        new PDIndexed(space));
  }
}
