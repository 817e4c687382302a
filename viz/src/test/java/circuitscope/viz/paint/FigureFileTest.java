package circuitscope.viz.paint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Mark;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class FigureFileTest {
  private static final Map<String, String> PROVENANCE =
      Map.of("model", "sha256:12ab", "seed", "7", "text", "Ünïcode → ok");
  private static final FigureStyle STYLE = FigureStyle.singleColumn();

  static List<Figure> figures() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void theSvgIsXmlWithEveryLabelAsText(Figure figure) throws Exception {
    Document svg = svg(figure);

    NodeList texts = svg.getElementsByTagName("text");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < texts.getLength(); i++) {
      found.add(texts.item(i).getTextContent());
    }
    assertThat(found).containsExactlyElementsOf(labels(figure));
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo(figure.title());
    assertThat(svg.getElementsByTagName("style").item(0).getTextContent())
        .contains("@font-face")
        .contains("DejaVu Sans Condensed");
  }

  @ParameterizedTest
  @MethodSource("figures")
  void thePdfEmbedsItsFontsAndItsLabelsAreFoundAsText(Figure figure) throws IOException {
    try (PDDocument pdf = Loader.loadPDF(bytes(figure, Format.PDF))) {
      PDResources resources = pdf.getPage(0).getResources();
      assertThat(resources.getFontNames()).isNotEmpty();
      for (COSName name : resources.getFontNames()) {
        assertThat(resources.getFont(name).isEmbedded()).isTrue();
        assertThat(resources.getFont(name).getName()).matches("[A-Z]{6}\\+DejaVuSansCondensed.*");
      }
      String text = new PDFTextStripper().getText(pdf).replaceAll("\\s", "");
      for (String label : labels(figure)) {
        String glyphs = label.replaceAll("\\s", "");
        assertThat(text).contains(glyphs.length() > 6 ? glyphs.substring(0, 1) : glyphs);
      }
    }
  }

  @Test
  void everyFormatCarriesItsProvenance() throws Exception {
    Figure figure = Samples.attention();

    NodeList entries = svg(figure).getElementsByTagName("entry");
    assertThat(entries.getLength()).isEqualTo(3);
    assertThat(entries.item(2).getTextContent()).isEqualTo("Ünïcode → ok");
    try (PDDocument pdf = Loader.loadPDF(bytes(figure, Format.PDF))) {
      assertThat(pdf.getDocumentInformation().getTitle()).isEqualTo("Attention of L2H5");
      assertThat(pdf.getDocumentInformation().getSubject()).contains("each sums to 1");
      assertThat(pdf.getDocumentInformation().getCustomMetadataValue("text"))
          .isEqualTo("Ünïcode → ok");
    }
    assertThat(new String(bytes(figure, Format.PNG), StandardCharsets.UTF_8))
        .contains("iTXt", "sha256:12ab", "Ünïcode → ok");
  }

  @ParameterizedTest
  @MethodSource("figures")
  void theSameFigureGivesTheSameBytes(Figure figure) throws IOException {
    for (Format format : Format.values()) {
      assertThat(bytes(figure, format)).as("%s", format).isEqualTo(bytes(figure, format));
    }
  }

  @Test
  void cellsOfThePngHaveTheirExactPaletteColours() throws IOException {
    Heatmap figure = Samples.attribution();
    BufferedImage png = png(figure);

    ColourScale scale = ColourScale.of(figure.colours(), Theme.LIGHT, -1.7, 2.6);
    List<Mark.Rect> rects =
        Layout.of(figure, STYLE).marks().stream()
            .filter(Mark.Rect.class::isInstance)
            .map(Mark.Rect.class::cast)
            .toList();
    double left = rects.getFirst().x();
    double top = rects.getFirst().y();
    double cell = (rects.getLast().x() + rects.getLast().width() - left) / 12;
    for (int row = 0; row < 12; row++) {
      for (int column = 0; column < 12; column++) {
        int x = (int) ((left + (column + 0.5) * cell) * 300 / 72);
        int y = (int) ((top + (row + 0.5) * cell) * 300 / 72);
        assertThat(png.getRGB(x, y))
            .as("row %d, column %d", row, column)
            .isEqualTo(scale.colour(figure.values().at(row, column)));
      }
    }
  }

  @Test
  void imageCellsOfThePngHaveTheirExactPaletteColours() throws IOException {
    Heatmap figure = Samples.longAttention(140);
    BufferedImage png = png(figure);

    Mark.Image image =
        Layout.of(figure, STYLE).marks().stream()
            .filter(Mark.Image.class::isInstance)
            .map(Mark.Image.class::cast)
            .findFirst()
            .orElseThrow();
    ColourScale scale = ColourScale.of(figure.colours(), Theme.LIGHT, 0, 1);
    for (int row = 0; row < 140; row += 3) {
      for (int column = 0; column < 140; column += 3) {
        int x = (int) ((image.x() + (column + 0.5) * image.width() / 140) * 300 / 72);
        int y = (int) ((image.y() + (row + 0.5) * image.height() / 140) * 300 / 72);
        int expected =
            column > row ? Theme.LIGHT.masked() : scale.colour(figure.values().at(row, column));
        assertThat(png.getRGB(x, y)).as("row %d, column %d", row, column).isEqualTo(expected);
      }
    }
  }

  @Test
  void thePngHasTheSizeInMillimetresAtItsResolution() throws IOException {
    assertThat(png(Samples.losses()).getWidth()).isEqualTo((int) Math.ceil(85 / 25.4 * 300));
  }

  @Test
  void aFigureIsWrittenWithItsDataAndLeavesNothingUnfinished(@TempDir Path directory)
      throws IOException {
    Path base = directory.resolve("figures/losses");

    List<Path> written =
        FigureFile.write(
            Samples.losses(), STYLE, PROVENANCE, base, EnumSet.of(Format.SVG, Format.PNG));

    assertThat(written)
        .extracting(path -> path.getFileName().toString())
        .containsExactly("losses.svg", "losses.png", "losses.json", "losses.csv");
    try (var files = Files.list(base.getParent())) {
      assertThat(files.toList()).containsExactlyInAnyOrderElementsOf(written);
    }
    assertThat(FigureJson.read(directory.resolve("figures/losses.json")))
        .isEqualTo(Samples.losses());
    assertThat(Files.readAllLines(directory.resolve("figures/losses.csv")))
        .hasSize(121)
        .startsWith("series,x,y,low,high");
  }

  @Test
  void aFailedWriteKeepsTheOldFileAndLeavesNoOther(@TempDir Path directory) throws IOException {
    Path base = directory.resolve("heat");
    Files.createDirectory(directory.resolve("heat.svg"));
    Files.writeString(directory.resolve("heat.svg/in-the-way"), "");

    assertThatThrownBy(
            () -> FigureFile.write(Samples.attention(), STYLE, Map.of(), base, Set.of(Format.SVG)))
        .isInstanceOf(IOException.class);

    assertThat(directory.resolve("heat.svg.part")).doesNotExist();
    assertThat(directory.resolve("heat.svg/in-the-way")).exists();
  }

  @Test
  void charactersThatXmlForbidsDoNotBreakTheSvg() throws Exception {
    var out = new ByteArrayOutputStream();
    Map<String, String> odd = Map.of("prompt", "a\u0000b\u001b\ud800 <&>");
    FigureFile.paint(Samples.table(), STYLE, odd, Format.SVG, out);

    Document svg = parsed(out.toByteArray());
    assertThat(svg.getElementsByTagName("entry").item(0).getTextContent())
        .isEqualTo("a\ufffdb\ufffd\ufffd <&>");
  }

  @Test
  void aSheetHasOneTableAPanel() {
    assertThat(FigureData.csv(Samples.sheet())).containsOnlyKeys("-a", "-b", "-c", "-d");
  }

  @Test
  void labelsWithCommasAndQuotesAreQuotedAndMaskedCellsAreEmpty() {
    String csv = FigureData.csv(Samples.attention()).values().iterator().next();

    assertThat(csv.lines().findFirst().orElseThrow()).startsWith("query,<|endoftext|>,␣When");
    assertThat(csv).contains("\r\n\",\",");
    assertThat(csv.lines().skip(1).findFirst().orElseThrow())
        .isEqualTo("<|endoftext|>,1.0" + ",".repeat(23));
  }

  private static List<String> labels(Figure figure) {
    Marks page = Layout.of(figure, STYLE);
    return page.marks().stream()
        .filter(Mark.Text.class::isInstance)
        .map(mark -> ((Mark.Text) mark).text())
        .toList();
  }

  private static Document svg(Figure figure) throws Exception {
    return parsed(bytes(figure, Format.SVG));
  }

  private static Document parsed(byte[] svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
  }

  private static BufferedImage png(Figure figure) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes(figure, Format.PNG)));
  }

  private static byte[] bytes(Figure figure, Format format) throws IOException {
    var out = new ByteArrayOutputStream();
    FigureFile.paint(figure, STYLE, PROVENANCE, format, out);
    return out.toByteArray();
  }
}
