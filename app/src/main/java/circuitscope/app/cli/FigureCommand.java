package circuitscope.app.cli;

import circuitscope.app.session.figures.Redrawing;
import circuitscope.app.session.figures.StoredFigures;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Restyling;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "figure",
    description = {
      "Draw a figure of a stored result again, without the model: for a paper's column, another"
          + " theme, another scale."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope figure runs/detect --list",
      "  circuitscope figure runs/detect --kind heatmap --width 85mm --format svg,pdf",
      "  circuitscope figure runs/dla/figures/by-head.json --theme dark --scale symlog --out fig2"
    })
final class FigureCommand implements Callable<Integer> {
  private final Console console;
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "RESULT",
      description = "A result's folder, its result.json, or one figure's .json.")
  @Nullable Path result;

  @Option(
      names = "--kind",
      description =
          "Take the figure of this kind: heatmap, head-grid, curves, bars, scatter, token-strip,"
              + " arcs, table, waterfall, circuit-graph, sheet.")
  @Nullable String kind;

  @Option(names = "--figure", paramLabel = "ID", description = "Take the figure with this id.")
  @Nullable String figure;

  @Option(names = "--list", description = "List the figures of the result and draw none.")
  boolean list;

  @Option(
      names = "--width",
      converter = Millimetres.class,
      defaultValue = "single",
      description =
          "Width of the page: 85mm, 17.4cm, 3.5in, single (85 mm) or double (174 mm). Default:"
              + " single.")
  double width = FigureStyle.SINGLE_COLUMN_MM;

  @Option(
      names = "--format",
      split = ",",
      description = "svg, pdf, png; several with commas. Default: all three.")
  @Nullable List<Format> formats;

  @Option(names = "--theme", description = "light or dark. Default: light.")
  Theme theme = Theme.LIGHT;

  @Option(
      names = "--scale",
      description =
          "linear, log or symlog: of the colours, or of a plot's measured axis. Default: as"
              + " stored.")
  Scaling.@Nullable Kind scale;

  @Option(
      names = "--palette",
      converter = PaletteName.class,
      description = "blues, viridis, cividis or red-blue. Default: as stored.")
  @Nullable Palette palette;

  @Option(names = "--title", description = "Another title; '' for none. Default: as stored.")
  @Nullable String title;

  @Option(names = "--font", paramLabel = "POINTS", description = "Size of labels. Default: 7.")
  double font = 7;

  @Option(names = "--dpi", description = "Pixels an inch of PNG files. Default: 300.")
  int dpi = 300;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description =
          "Where to write: a folder, or a name without ending, or with one that is then the format."
              + " Default: the figure's id, here.")
  @Nullable Path out;

  FigureCommand(Console console) {
    this.console = console;
  }

  /** What was drawn. */
  record Drawn(String figure, String kind, List<String> files) {}

  /** What there is to draw. */
  record Listed(String figure, String kind, String title) {}

  @Override
  public Integer call() throws IOException {
    if (result == null) {
      throw new IllegalArgumentException("name the result: circuitscope figure RESULT");
    }
    StoredFigures stored = StoredFigures.in(result);
    if (list) {
      List<Listed> all =
          stored.entries().stream()
              .map(StoredFigures.Entry::summary)
              .map(one -> new Listed(one.id(), one.kind(), one.title()))
              .toList();
      console.result(common.json, all, stored.list());
      return ExitCode.SUCCESS;
    }
    StoredFigures.Entry entry = stored.choose(kind, figure);
    Redrawing redrawing =
        new Redrawing(
            new Restyling(title, palette, scale),
            new FigureStyle(width, theme, font, dpi),
            formats());
    List<String> files =
        redrawing.draw(entry, base(entry.summary().id())).stream().map(Path::toString).toList();
    Drawn drawn = new Drawn(entry.summary().id(), entry.summary().kind(), files);
    console.result(common.json, drawn, String.join("\n", files));
    return ExitCode.SUCCESS;
  }

  /** The format that the ending of --out names, if it names one. */
  private @Nullable Format ending() {
    String name = out == null ? "" : out.toString().toLowerCase(Locale.ROOT);
    for (Format format : Format.values()) {
      if (name.endsWith("." + format.extension())) {
        return format;
      }
    }
    return null;
  }

  private Set<Format> formats() {
    Format ending = ending();
    if (formats == null) {
      return ending == null ? EnumSet.allOf(Format.class) : EnumSet.of(ending);
    }
    Set<Format> asked = EnumSet.copyOf(formats);
    if (ending != null && !asked.equals(EnumSet.of(ending))) {
      throw new IllegalArgumentException(
          "--out %s asks for %s alone, --format for something else; give one of them"
              .formatted(out, ending.extension()));
    }
    return asked;
  }

  private Path base(String id) {
    if (out == null) {
      return Path.of(id);
    }
    Format ending = ending();
    if (ending != null) {
      String name = out.getFileName().toString();
      String stem = name.substring(0, name.length() - ending.extension().length() - 1);
      return out.resolveSibling(stem);
    }
    return Files.isDirectory(out) ? out.resolve(id) : out;
  }

  /** {@code red-blue} as well as {@code RED_BLUE}. */
  static final class PaletteName implements ITypeConverter<Palette> {
    @Override
    public Palette convert(String text) {
      String name = text.strip().replace('-', '_').toUpperCase(Locale.ROOT);
      for (Palette palette : Palette.values()) {
        if (palette.name().equals(name)) {
          return palette;
        }
      }
      throw new TypeConversionException(
          "'%s' is no palette: expected blues, viridis, cividis or red-blue".formatted(text));
    }
  }
}
