package circuitscope.viz.paint;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of figure still looks as it did when somebody looked at it: its picture, {@value
 * #WIDTH} blocks wide in 16 greys, equals the one that was kept. {@link #main} keeps new ones; look
 * at {@code docs/figures} first.
 */
class SmallPicturesTest {
  private static final int WIDTH = 18;
  private static final String KEPT = "small-pictures.txt";

  /** One grey of 16: averages on the edge between two may round either way. */
  private static final int GREYS = 1;

  static List<Figure> figures() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void theFigureLooksAsItDid(Figure figure) throws IOException {
    for (Theme theme : Theme.values()) {
      List<String> kept = kept().getOrDefault(figure.id() + " " + theme, List.of());
      List<String> now = small(figure, theme);
      assertThat(now).as("size of %s %s", figure.id(), theme).hasSameSizeAs(kept);
      for (int y = 0; y < now.size(); y++) {
        for (int x = 0; x < WIDTH; x++) {
          int before = Character.digit(kept.get(y).charAt(x), 16);
          assertThat(Character.digit(now.get(y).charAt(x), 16))
              .as("%s %s, block %d of line %d", figure.id(), theme, x, y)
              .isBetween(before - GREYS, before + GREYS);
        }
      }
    }
  }

  /** Keeps the pictures as they are now: {@code SmallPicturesTest FILE}. */
  public static void main(String[] arguments) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Figure figure : Samples.all()) {
      for (Theme theme : Theme.values()) {
        all.append(figure.id()).append(' ').append(theme).append('\n');
        small(figure, theme).forEach(line -> all.append(line).append('\n'));
        all.append('\n');
      }
    }
    Files.writeString(Path.of(arguments[0]), all);
  }

  private static List<String> small(Figure figure, Theme theme) throws IOException {
    var out = new ByteArrayOutputStream();
    FigureStyle style = new FigureStyle(85, theme, 7, 144);
    FigureFile.paint(figure, style, Map.of(), Format.PNG, out);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(out.toByteArray()));
    int height = Math.round((float) WIDTH * image.getHeight() / image.getWidth());
    StringBuilder lines = new StringBuilder();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < WIDTH; x++) {
        lines.append(Character.forDigit(grey(image, x, y, height), 16));
      }
      lines.append('\n');
    }
    return lines.toString().lines().toList();
  }

  /** The mean grey of one block, 0 to 15. */
  private static int grey(BufferedImage image, int x, int y, int height) {
    long sum = 0;
    int count = 0;
    for (int row = y * image.getHeight() / height;
        row < (y + 1) * image.getHeight() / height;
        row++) {
      for (int column = x * image.getWidth() / WIDTH;
          column < (x + 1) * image.getWidth() / WIDTH;
          column++) {
        int rgb = image.getRGB(column, row);
        sum += (rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff);
        count += 3;
      }
    }
    return Math.round(sum * 15f / (255f * count));
  }

  private static Map<String, List<String>> kept() throws IOException {
    Map<String, List<String>> kept = new HashMap<>();
    try (InputStream in =
        Objects.requireNonNull(SmallPicturesTest.class.getResourceAsStream(KEPT))) {
      String all = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String picture : all.strip().split("\n\n", -1)) {
        List<String> lines = picture.lines().toList();
        kept.put(lines.getFirst(), lines.subList(1, lines.size()));
      }
    }
    return kept;
  }
}
