package circuitscope.viz.fx;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Typeface;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same figure on the canvas, in PNG and in PDF is the same picture: every pixel has its colour
 * within one pixel of its place in the other picture ({@link Likeness}).
 *
 * <p>One pixel at 144 dpi is half a point: cells are snapped to whole pixels in PNG and canvas and
 * not in PDF, and the three renderers smooth edges each in their way.
 */
class PaintersAgreeTest {
  private static final int DPI = 144;

  /** Share of pixels that may differ by more: hinted stems of letters; 0.0028 was the most. */
  private static final double STRAYS = 0.004;

  /**
   * As much for PDF, whose renderer moves hairlines of one pixel to whole pixels and averages the
   * cells of head grids, which are smaller than a pixel here; 0.0117 was the most, 0.003 without
   * head grids and circuits.
   */
  private static final double PDF_STRAYS = 0.015;

  static Stream<Arguments> everyFigureInBothThemes() {
    return Samples.all().stream()
        .flatMap(
            figure ->
                Stream.of(Theme.values()).map(theme -> Arguments.of(figure, style(figure, theme))));
  }

  @ParameterizedTest
  @MethodSource("everyFigureInBothThemes")
  void canvasPngAndPdfShowTheSamePicture(Figure figure, FigureStyle style) throws IOException {
    BufferedImage png = png(figure, style);
    BufferedImage canvas = canvas(figure, style);
    BufferedImage pdf = pdf(figure, style);

    assertThat(Likeness.strays(png, canvas)).as("PNG and canvas").isLessThan(STRAYS);
    assertThat(Likeness.strays(png, pdf)).as("PNG and PDF").isLessThan(PDF_STRAYS);
  }

  @Test
  void aFigureThatIsMovedByTwoPixelsOrColouredOtherwiseIsNotTheSamePicture() throws IOException {
    Figure figure = Samples.attribution();
    FigureStyle style = style(figure, Theme.LIGHT);
    BufferedImage png = png(figure, style);
    var moved = new BufferedImage(png.getWidth(), png.getHeight(), BufferedImage.TYPE_INT_RGB);
    moved.createGraphics().drawImage(png, 2, 2, null);

    assertThat(Likeness.strays(png, moved)).isGreaterThan(PDF_STRAYS);
    assertThat(Likeness.strays(png(figure, style.withTheme(Theme.DARK)), png))
        .isGreaterThan(PDF_STRAYS);
  }

  @Test
  void lettersOnTheCanvasAreAsWideAsTheLayoutSays() {
    List<Double> ratios =
        Toolkit.on(
            () ->
                Stream.of(Typeface.REGULAR, Typeface.BOLD)
                    .flatMap(
                        typeface ->
                            Stream.of(
                                    "attention probability",
                                    "␣Mary → 0.0123",
                                    "blocks.11.hook_mlp_out")
                                .map(text -> width(text, typeface) / typeface.width(text, 14)))
                    .toList());

    // Advances are rounded to whole pixels by hinting at most: 14 px letters are 7 px wide.
    assertThat(ratios).allSatisfy(ratio -> assertThat(ratio).isBetween(0.98, 1.02));
  }

  private static double width(String text, Typeface typeface) {
    var shown = new javafx.scene.text.Text(text);
    shown.setFont(FxFonts.of(typeface, 14));
    return shown.getLayoutBounds().getWidth();
  }

  private static FigureStyle style(Figure figure, Theme theme) {
    boolean wide = figure instanceof Sheet;
    double width = wide ? FigureStyle.DOUBLE_COLUMN_MM : FigureStyle.SINGLE_COLUMN_MM;
    return new FigureStyle(width, theme, 7, DPI);
  }

  private static byte[] bytes(Figure figure, FigureStyle style, Format format) throws IOException {
    var out = new ByteArrayOutputStream();
    FigureFile.paint(figure, style, Map.of(), format, out);
    return out.toByteArray();
  }

  private static BufferedImage png(Figure figure, FigureStyle style) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes(figure, style, Format.PNG)));
  }

  private static BufferedImage pdf(Figure figure, FigureStyle style) throws IOException {
    try (PDDocument document = Loader.loadPDF(bytes(figure, style, Format.PDF))) {
      return new PDFRenderer(document).renderImageWithDPI(0, DPI, ImageType.RGB);
    }
  }

  private static BufferedImage canvas(Figure figure, FigureStyle style) {
    return Toolkit.on(
        () -> {
          Marks page = Layout.of(figure, style);
          double scale = DPI / 72.0;
          var canvas =
              new Canvas(
                  Math.ceil(page.width() * scale - 1e-6), Math.ceil(page.height() * scale - 1e-6));
          GraphicsContext g = canvas.getGraphicsContext2D();
          g.setFill(FxFonts.colour(page.paper()));
          g.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
          new CanvasPainter().paint(g, page, scale, 0, 0);
          return Toolkit.picture(canvas);
        });
  }
}
