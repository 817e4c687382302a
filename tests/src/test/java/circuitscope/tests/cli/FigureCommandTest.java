package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Table;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.palette.Theme;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code circuitscope figure}: stored figures drawn again, without any model. */
final class FigureCommandTest {
  @TempDir Path folder;

  private Path result;

  @BeforeEach
  void storeThreeFigures() throws IOException {
    result = folder.resolve("run");
    store(
        new Heatmap(
            new Heading("scores", "Scores", "By layer and head."),
            new Matrix(2, 2, new float[] {0.1f, 0.9f, 0.02f, 0.4f}),
            CellAxis.counted("layer"),
            CellAxis.counted("head"),
            Colours.probability("score"),
            CellMask.NONE));
    store(
        new Bars(
            Heading.of("losses", "Losses"),
            "model",
            PlotAxis.linear("loss"),
            List.of("one", "two"),
            List.of(new Bars.Group("", new double[] {0.5, 300}))));
    store(
        new Table(
            Heading.of("table", "Table"), List.of(Table.Column.text("a")), List.of(List.of("b"))));
    Files.writeString(result.resolve("result.json"), "{\"loss\": 3}");
  }

  private void store(Figure figure) throws IOException {
    Map<String, String> provenance = Map.of("model_digest", "12ab", "title", "not the figure's");
    Path base = result.resolve("figures").resolve(figure.id());
    FigureFile.write(figure, FigureStyle.doubleColumn(), provenance, base, Set.of());
  }

  @Test
  void aFigureIsDrawnInTheWidthThemeScaleAndPaletteAskedFor() throws IOException {
    Path out = folder.resolve("paper/fig2");

    JsonNode drawn =
        Cli.run(
                "figure",
                result.toString(),
                "--kind",
                "heatmap",
                "--width",
                "85mm",
                "--format",
                "svg,png",
                "--theme",
                "dark",
                "--scale",
                "log",
                "--palette",
                "viridis",
                "--title",
                "Ours",
                "--out",
                out.toString(),
                "--json")
            .json();

    assertThat(drawn.path("figure").asText()).isEqualTo("scores");
    assertThat(drawn.path("files")).hasSize(4);
    String svg = Files.readString(folder.resolve("paper/fig2.svg"));
    assertThat(svg).contains("width=\"85mm\"", "<title>Ours</title>", "12ab");
    var png = ImageIO.read(folder.resolve("paper/fig2.png").toFile());
    assertThat(png.getWidth()).isEqualTo(1004);
    assertThat(png.getRGB(0, 0)).isEqualTo(Theme.DARK.paper());
    FigureJson.Stored twin = FigureJson.readStored(folder.resolve("paper/fig2.json"));
    Heatmap redrawn = (Heatmap) twin.figure();
    assertThat(redrawn.colours().palette()).isEqualTo(Palette.VIRIDIS);
    assertThat(redrawn.colours().scaling()).isEqualTo(Scaling.log(1e-4));
    assertThat(redrawn.values().at(1, 0)).isEqualTo(0.02f);
    assertThat(redrawn.caption()).isEqualTo("By layer and head.");
    assertThat(twin.provenance()).containsEntry("model_digest", "12ab");
  }

  @Test
  void theMeasuredAxisOfAPlotTakesTheScale() throws IOException {
    Path out = folder.resolve("bars.svg");

    figure(
        result.resolve("result.json").toString(),
        "--figure",
        "losses",
        "--scale",
        "symlog",
        "--out",
        out.toString());

    Bars redrawn = (Bars) FigureJson.read(folder.resolve("bars.json"));
    assertThat(redrawn.value().scaling()).isEqualTo(Scaling.symlog(10));
    assertThat(out).exists();
    assertThat(folder.resolve("bars.pdf")).doesNotExist();
  }

  @Test
  void drawnInItsOwnPlaceTheStoredNumbersStayAsTheyAre() throws IOException {
    Path stored = result.resolve("figures/scores.json");
    String before = Files.readString(stored);

    figure(
        stored.toString(),
        "--palette",
        "cividis",
        "--format",
        "png",
        "--out",
        result.resolve("figures").toString());

    assertThat(Files.readString(stored)).isEqualTo(before);
    assertThat(result.resolve("figures/scores.png")).exists();
  }

  @Test
  void whatThereIsToChooseFromIsTold() {
    assertThat(figure(result.toString(), "--list"))
        .contains("scores  heatmap        Scores", "losses  bars");
    assertThat(complaint(result.toString()))
        .contains("3 figures fit; choose one by --figure ID:", "table   table");
    assertThat(complaint(result.toString(), "--kind", "arcs"))
        .contains("no figure fits", "scores  heatmap");
  }

  @Test
  void whatCannotBeDrawnIsSaidWithAWayOut() throws IOException {
    String run = result.toString();
    assertThat(complaint(folder.resolve("nowhere").toString())).contains("no such file");
    assertThat(complaint(Files.createDirectory(folder.resolve("empty")).toString()))
        .contains("no figure in it or in");
    assertThat(complaint(run, "--figure", "table", "--scale", "log"))
        .contains("has no scale to change");
    assertThat(complaint(run, "--figure", "losses", "--palette", "blues"))
        .contains("has no palette to change");
    assertThat(complaint(run, "--figure", "scores", "--palette", "red-blue", "--scale", "log"))
        .contains("use symlog");
    assertThat(complaint(run, "--figure", "scores", "--width", "9 parsecs"))
        .contains("expected 85mm");
    assertThat(complaint(run, "--figure", "scores", "--width", "1mm")).contains("30 to 2000");
    assertThat(complaint(run, "--figure", "scores", "--format", "svg", "--out", "a.pdf"))
        .contains("give one of them");
  }

  /** What the command prints. */
  private static String figure(String... arguments) {
    Cli done = Cli.run(line(arguments));
    assertThat(done.exitCode()).as(done.err()).isZero();
    return done.out();
  }

  private static String complaint(String... arguments) {
    Cli done = Cli.run(line(arguments));
    assertThat(done.exitCode()).isEqualTo(2);
    return done.err();
  }

  private static String[] line(String... arguments) {
    return Stream.concat(Stream.of("figure"), Stream.of(arguments)).toArray(String[]::new);
  }
}
