package circuitscope.viz.fx;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/**
 * Every sample as headless Chromium draws its SVG, beside its PNG: the share of pixels that differ
 * by {@link Likeness}, one line a figure. Needs {@code chromium} on the path, so that it is run by
 * hand: {@code ChromiumComparison DIRECTORY}.
 */
final class ChromiumComparison {
  private static final int DPI = 144;

  /** CSS pixels an inch. */
  private static final double CSS = 96;

  private ChromiumComparison() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    double worst = 0;
    for (Theme theme : Theme.values()) {
      for (Figure figure : Samples.all()) {
        double mm =
            figure instanceof Sheet ? FigureStyle.DOUBLE_COLUMN_MM : FigureStyle.SINGLE_COLUMN_MM;
        Path base = directory.resolve(figure.id() + "-" + theme.name().toLowerCase(Locale.ROOT));
        FigureFile.writePictures(
            figure,
            new FigureStyle(mm, theme, 7, DPI),
            Map.of(),
            base,
            EnumSet.of(Format.SVG, Format.PNG));
        BufferedImage png = ImageIO.read(new File(base + ".png"));
        BufferedImage drawn = drawn(base, png.getWidth(), png.getHeight());
        double strays = Likeness.strays(png, drawn);
        worst = Math.max(worst, strays);
        System.out.printf(Locale.ROOT, "%-24s %-6s %.5f%n", figure.id(), theme, strays);
      }
    }
    System.out.printf(Locale.ROOT, "worst %.5f%n", worst);
  }

  private static BufferedImage drawn(Path base, int width, int height)
      throws IOException, InterruptedException {
    Path shot = Path.of(base + "-chromium.png");
    double scale = DPI / CSS;
    new ProcessBuilder(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=" + scale,
            "--window-size=%d,%d"
                .formatted((int) Math.ceil(width / scale) + 1, (int) Math.ceil(height / scale) + 1),
            "--screenshot=" + shot.toAbsolutePath(),
            Path.of(base + ".svg").toUri().toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor(60, TimeUnit.SECONDS);
    return ImageIO.read(shot.toFile()).getSubimage(0, 0, width, height);
  }
}
