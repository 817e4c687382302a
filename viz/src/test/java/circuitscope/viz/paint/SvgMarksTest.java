package circuitscope.viz.paint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The shapes of an SVG file, read back, are the marks of the layout: all of them, in order, in
 * place and in colour. That a browser draws them as the PNG has them shows {@code
 * ChromiumComparison}.
 */
class SvgMarksTest {
  /** Lengths are written to a thousandth of a point. */
  private static final double WRITTEN = 0.00051;

  private static final Set<String> SHAPES =
      Set.of("rect", "line", "polyline", "polygon", "circle", "text", "image");

  static Stream<Arguments> everyFigureInBothThemes() {
    return Samples.all().stream()
        .flatMap(figure -> Stream.of(Theme.values()).map(theme -> Arguments.of(figure, theme)));
  }

  @ParameterizedTest
  @MethodSource("everyFigureInBothThemes")
  void theShapesReadBackAreTheMarks(Figure figure, Theme theme) throws Exception {
    FigureStyle style = FigureStyle.singleColumn().withTheme(theme);
    Marks page = Layout.of(figure, style);
    var out = new ByteArrayOutputStream();
    FigureFile.paint(figure, style, Map.of("model", "m"), Format.SVG, out);
    Element svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(out.toByteArray()))
            .getDocumentElement();

    List<Element> shapes = new ArrayList<>();
    collect(svg, shapes);

    assertThat(svg.getAttribute("viewBox")).startsWith("0 0 ");
    assertThat(number(svg.getAttribute("width").replace("mm", ""))).isEqualTo(85);
    check(shapes.getFirst(), new Mark.Rect(0, 0, page.width(), page.height(), page.paper()));
    assertThat(shapes).hasSize(page.marks().size() + 1);
    for (int i = 0; i < page.marks().size(); i++) {
      check(shapes.get(i + 1), page.marks().get(i));
    }
  }

  /** Shapes in document order; nothing else but groups and the head's elements is there. */
  private static void collect(Element element, List<Element> shapes) {
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inside) {
        if (SHAPES.contains(inside.getTagName())) {
          shapes.add(inside);
        } else if (inside.getTagName().equals("g")) {
          collect(inside, shapes);
        } else {
          assertThat(inside.getTagName()).isIn("title", "desc", "metadata", "style");
        }
      }
    }
  }

  private static void check(Element shape, Mark mark) throws IOException {
    switch (mark) {
      case Mark.Rect rect -> {
        has(shape, "rect", "x", rect.x(), "y", rect.y(), "width", rect.width());
        has(shape, "rect", "height", rect.height());
        fill(shape, rect.fill());
      }
      case Mark.Line line ->
          has(shape, "line", "x1", line.x1(), "y1", line.y1(), "x2", line.x2(), "y2", line.y2());
      case Mark.Polyline line -> points(shape, "polyline", line.x(), line.y());
      case Mark.Polygon polygon -> {
        points(shape, "polygon", polygon.x(), polygon.y());
        fill(shape, polygon.fill());
      }
      case Mark.Disc disc -> {
        has(shape, "circle", "cx", disc.x(), "cy", disc.y(), "r", disc.radius());
        fill(shape, disc.fill());
      }
      case Mark.Text text -> {
        has(shape, "text", "x", text.startX(), "y", text.startY(), "textLength", text.length());
        assertThat(shape.getTextContent()).isEqualTo(text.text());
        assertThat(shape.getAttribute("transform").startsWith("rotate(-90 "))
            .isEqualTo(text.upwards());
        fill(shape, text.colour());
      }
      case Mark.Image image -> {
        has(shape, "image", "x", image.x(), "y", image.y(), "width", image.width());
        String data = shape.getAttribute("xlink:href");
        byte[] png = Base64.getDecoder().decode(data.substring(data.indexOf(',') + 1));
        BufferedImage cells = ImageIO.read(new ByteArrayInputStream(png));
        int factor = cells.getWidth() / image.raster().columns();
        assertThat(cells.getHeight()).isEqualTo(factor * image.raster().rows());
        for (int row = 0; row < image.raster().rows(); row += 5) {
          for (int column = 0; column < image.raster().columns(); column += 5) {
            assertThat(cells.getRGB(column * factor, row * factor))
                .isEqualTo(image.raster().colour(row, column));
          }
        }
      }
    }
  }

  private static void has(Element shape, String name, Object... attributes) {
    assertThat(shape.getTagName()).isEqualTo(name);
    for (int i = 0; i < attributes.length; i += 2) {
      double expected = (Double) attributes[i + 1];
      assertThat(number(shape.getAttribute((String) attributes[i])))
          .as("%s of %s", attributes[i], name)
          .isCloseTo(expected, within(WRITTEN));
    }
  }

  private static void fill(Element shape, int argb) {
    String expected = argb >>> 24 == 0 ? "none" : "#%06x".formatted(argb & 0xffffff);
    assertThat(shape.getAttribute("fill")).isEqualTo(expected);
  }

  private static void points(Element shape, String name, double[] x, double[] y) {
    assertThat(shape.getTagName()).isEqualTo(name);
    String[] points = shape.getAttribute("points").split(" ", -1);
    assertThat(points).hasSize(x.length);
    for (int i = 0; i < points.length; i++) {
      String[] point = points[i].split(",", -1);
      assertThat(number(point[0])).isCloseTo(x[i], within(WRITTEN));
      assertThat(number(point[1])).isCloseTo(y[i], within(WRITTEN));
    }
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }
}
