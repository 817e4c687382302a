package circuitscope.viz.paint;

import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Stroke;
import circuitscope.viz.layout.Typeface;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Marks as SVG 1.1: text as text in an embedded subset of the shipped font, cells with crisp edges,
 * images without smoothing. {@code textLength} holds each label to its laid-out width in viewers
 * that ignore the embedded font.
 */
final class SvgPainter {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final String XLINK = "http://www.w3.org/1999/xlink";
  private static final String PROVENANCE = "urn:circuitscope:provenance";

  private final XMLStreamWriter xml;
  private boolean inCells;

  private SvgPainter(XMLStreamWriter xml) {
    this.xml = xml;
  }

  static void write(Marks page, Description description, OutputStream out) throws IOException {
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
      new SvgPainter(xml).page(page, description);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("SVG of '" + description.title() + "'", e);
    }
  }

  private void page(Marks page, Description description) throws XMLStreamException, IOException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("svg");
    xml.writeDefaultNamespace(SVG);
    xml.writeNamespace("xlink", XLINK);
    attribute("width", number(page.width() * 25.4 / 72) + "mm");
    attribute("height", number(page.height() * 25.4 / 72) + "mm");
    attribute("viewBox", "0 0 " + number(page.width()) + " " + number(page.height()));
    attribute("font-family", "'" + Typeface.FAMILY + "','DejaVu Sans',sans-serif");
    attribute("style", "white-space:pre");
    element("title", description.title());
    element("desc", description.caption());
    metadata(description);
    fonts(page);
    rect(new Mark.Rect(0, 0, page.width(), page.height(), page.paper()));
    for (Mark mark : page.marks()) {
      draw(mark);
    }
    leaveCells();
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void metadata(Description description) throws XMLStreamException {
    xml.writeStartElement("metadata");
    xml.writeStartElement("provenance");
    xml.writeDefaultNamespace(PROVENANCE);
    for (Map.Entry<String, String> entry : description.provenance().entrySet()) {
      xml.writeStartElement("entry");
      attribute("key", legal(entry.getKey()));
      xml.writeCharacters(legal(entry.getValue()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndElement();
  }

  /** An {@code @font-face} with the used characters of each typeface. */
  private void fonts(Marks page) throws XMLStreamException, IOException {
    Map<Boolean, TreeSet<Integer>> used = new TreeMap<>();
    for (Mark mark : page.marks()) {
      if (mark instanceof Mark.Text text) {
        var characters = used.computeIfAbsent(text.typeface().bold(), bold -> new TreeSet<>());
        text.text().codePoints().forEach(characters::add);
      }
    }
    var css = new StringBuilder();
    for (Map.Entry<Boolean, TreeSet<Integer>> entry : used.entrySet()) {
      Typeface typeface = entry.getKey() ? Typeface.BOLD : Typeface.REGULAR;
      css.append("@font-face{font-family:'").append(Typeface.FAMILY).append("';font-weight:");
      css.append(entry.getKey() ? "bold" : "normal").append(";src:url(data:font/ttf;base64,");
      css.append(base64(subset(typeface, entry.getValue()))).append(")}");
    }
    element("style", css.toString());
  }

  private static byte[] subset(Typeface typeface, Set<Integer> characters) throws IOException {
    var subsetter =
        new TTFSubsetter(new TTFParser().parse(new RandomAccessReadBuffer(typeface.bytes())));
    characters.forEach(subsetter::add);
    var bytes = new ByteArrayOutputStream();
    subsetter.writeToStream(bytes);
    return bytes.toByteArray();
  }

  private void draw(Mark mark) throws XMLStreamException, IOException {
    if (mark instanceof Mark.Rect rect) {
      enterCells();
      rect(rect);
      return;
    }
    leaveCells();
    switch (mark) {
      case Mark.Rect rect -> rect(rect);
      case Mark.Line line -> {
        xml.writeEmptyElement("line");
        attribute("x1", number(line.x1()));
        attribute("y1", number(line.y1()));
        attribute("x2", number(line.x2()));
        attribute("y2", number(line.y2()));
        stroke(line.stroke());
      }
      case Mark.Polyline polyline -> {
        xml.writeEmptyElement("polyline");
        attribute("points", points(polyline.x(), polyline.y()));
        attribute("fill", "none");
        attribute("stroke-linejoin", "round");
        stroke(polyline.stroke());
      }
      case Mark.Polygon polygon -> {
        xml.writeEmptyElement("polygon");
        attribute("points", points(polygon.x(), polygon.y()));
        fill(polygon.fill());
        stroke(polygon.stroke());
      }
      case Mark.Disc disc -> {
        xml.writeEmptyElement("circle");
        attribute("cx", number(disc.x()));
        attribute("cy", number(disc.y()));
        attribute("r", number(disc.radius()));
        fill(disc.fill());
        stroke(disc.stroke());
      }
      case Mark.Text text -> text(text);
      case Mark.Image image -> image(image);
    }
  }

  private void enterCells() throws XMLStreamException {
    if (!inCells) {
      xml.writeStartElement("g");
      attribute("shape-rendering", "crispEdges");
      inCells = true;
    }
  }

  private void leaveCells() throws XMLStreamException {
    if (inCells) {
      xml.writeEndElement();
      inCells = false;
    }
  }

  private void rect(Mark.Rect rect) throws XMLStreamException {
    xml.writeEmptyElement("rect");
    box(rect.x(), rect.y(), rect.width(), rect.height());
    fill(rect.fill());
  }

  private void text(Mark.Text text) throws XMLStreamException {
    xml.writeStartElement("text");
    attribute("x", number(text.startX()));
    attribute("y", number(text.startY()));
    attribute("font-size", number(text.size()));
    if (text.typeface().bold()) {
      attribute("font-weight", "bold");
    }
    if (text.upwards()) {
      attribute(
          "transform", "rotate(-90 %s %s)".formatted(number(text.startX()), number(text.startY())));
    }
    attribute("textLength", number(text.length()));
    attribute("lengthAdjust", "spacingAndGlyphs");
    fill(text.colour());
    xml.writeCharacters(text.text());
    xml.writeEndElement();
  }

  private void image(Mark.Image image) throws XMLStreamException, IOException {
    var png = new ByteArrayOutputStream();
    ImageIO.write(RasterImage.of(image.raster(), RasterImage.factor(image.raster())), "png", png);
    xml.writeEmptyElement("image");
    box(image.x(), image.y(), image.width(), image.height());
    attribute("preserveAspectRatio", "none");
    attribute("style", "image-rendering:pixelated");
    xml.writeAttribute(
        "xlink", XLINK, "href", "data:image/png;base64," + base64(png.toByteArray()));
  }

  private void box(double x, double y, double width, double height) throws XMLStreamException {
    attribute("x", number(x));
    attribute("y", number(y));
    attribute("width", number(width));
    attribute("height", number(height));
  }

  private void fill(int colour) throws XMLStreamException {
    colour("fill", colour);
  }

  private void stroke(@Nullable Stroke stroke) throws XMLStreamException {
    if (stroke == null) {
      return;
    }
    colour("stroke", stroke.colour());
    attribute("stroke-width", number(stroke.width()));
    if (stroke.dash() > 0) {
      attribute("stroke-dasharray", number(stroke.dash()));
    }
  }

  private void colour(String name, int argb) throws XMLStreamException {
    int alpha = argb >>> 24;
    if (alpha == 0) {
      attribute(name, "none");
      return;
    }
    attribute(name, "#%06x".formatted(argb & 0xffffff));
    if (alpha < 255) {
      attribute(name + "-opacity", number(alpha / 255.0));
    }
  }

  private void element(String name, String text) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(legal(text));
    xml.writeEndElement();
  }

  /** XML 1.0 has no control characters and no lone surrogates, not even escaped. */
  private static String legal(String text) {
    return text.codePoints()
        .map(c -> c == '\n' || c == '\t' || (c >= ' ' && !isOutsideXml(c)) ? c : 0xfffd)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isOutsideXml(int codePoint) {
    return (codePoint >= 0xd800 && codePoint <= 0xdfff)
        || codePoint == 0xfffe
        || codePoint == 0xffff;
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, value);
  }

  private static String points(double[] x, double[] y) {
    var points = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      points.append(i == 0 ? "" : " ").append(number(x[i])).append(',').append(number(y[i]));
    }
    return points.toString();
  }

  /** A length to a thousandth of a point, without trailing zeros. */
  private static String number(double value) {
    long thousandths = Math.round(value * 1000);
    return thousandths % 1000 == 0
        ? Long.toString(thousandths / 1000)
        : BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
