package circuitscope.viz.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.palette.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
  /** Rounding of sums of label widths, in points: far below a pixel. */
  private static final double ROUNDING = 0.01;

  private static final String LONG = "a label much longer than any page could ever be wide, twice ";

  static Stream<Arguments> everyFigureAtManySizes() {
    List<Figure> figures = new ArrayList<>(Samples.all());
    figures.addAll(awkward());
    return figures.stream()
        .flatMap(
            figure ->
                Stream.of(
                    Arguments.of(figure, FigureStyle.singleColumn()),
                    Arguments.of(figure, FigureStyle.doubleColumn()),
                    Arguments.of(figure, new FigureStyle(50, Theme.DARK, 6, 300)),
                    Arguments.of(figure, new FigureStyle(120, Theme.LIGHT, 11, 300)),
                    Arguments.of(figure, new FigureStyle(300, Theme.LIGHT, 5, 300))));
  }

  @ParameterizedTest
  @MethodSource("everyFigureAtManySizes")
  void everyMarkLiesInsideThePage(Figure figure, FigureStyle style) {
    Marks page = Layout.of(figure, style);

    for (Mark mark : page.marks()) {
      assertThat(page.page().contains(mark.bounds(), ROUNDING))
          .as("%s within %s", mark, page.page())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("everyFigureAtManySizes")
  void noTwoTextsOverlap(Figure figure, FigureStyle style) {
    List<Mark.Text> texts = texts(Layout.of(figure, style));

    assertThat(texts).isNotEmpty();
    for (int i = 0; i < texts.size(); i++) {
      for (int j = i + 1; j < texts.size(); j++) {
        assertThat(texts.get(i).bounds().overlaps(texts.get(j).bounds(), ROUNDING))
            .as("%s over %s", texts.get(i), texts.get(j))
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyFigureAtManySizes")
  void everyKindTellsWhatLiesUnderThePlacesItDraws(Figure figure, FigureStyle style) {
    Marks page = Layout.of(figure, style);

    assertThat(page.picks().isEmpty()).isEqualTo(figure.id().equals("nothing"));
    for (PickRegion region : page.picks()) {
      if (region instanceof PickRegion.Grid(Box box, int rows, int columns, var cells)) {
        Pick first = region.at(box.x(), box.y()).orElseThrow();
        Pick last = region.at(box.right(), box.bottom()).orElseThrow();
        assertThat(first).isEqualTo(cells.at(0, 0));
        assertThat(last).isEqualTo(cells.at(rows - 1, columns - 1));
        assertThat(page.page().contains(box, ROUNDING)).isTrue();
      } else if (region instanceof PickRegion.Spot(Box box, Pick pick)) {
        assertThat(page.page().contains(box, ROUNDING)).as("%s", pick).isTrue();
        assertThat(pick.text()).isNotEmpty();
      }
    }
  }

  @Test
  void anEdgeOfACircuitIsFoundBesideItsLineAndANodeAboveIt() {
    Marks page = Layout.of(Samples.circuit(), FigureStyle.doubleColumn());
    PickRegion.Trail edge =
        page.picks().stream()
            .filter(PickRegion.Trail.class::isInstance)
            .map(PickRegion.Trail.class::cast)
            .findFirst()
            .orElseThrow();
    int middle = edge.x().length / 2;

    Pick beside = page.pick(edge.x()[middle] + 0.5, edge.y()[middle]).orElseThrow();
    Pick end = page.pick(edge.x()[0], edge.y()[0] + 4).orElseThrow();

    assertThat(beside).isInstanceOf(Pick.Edge.class);
    assertThat(end).isInstanceOf(Pick.Node.class);
    assertThat(page.pick(1, 1)).isEmpty();
  }

  @Test
  void aHeatMapsCellIsFoundWithItsLabelsAndValue() {
    Heatmap figure = Samples.attention();
    Marks page = Layout.of(figure, FigureStyle.singleColumn());
    Box box = ((PickRegion.Grid) page.picks().getFirst()).box();
    double cell = box.width() / 24;

    Pick found = page.pick(box.x() + 1.5 * cell, box.y() + 3.5 * cell).orElseThrow();

    assertThat(found)
        .isEqualTo(
            new Pick.Cell("attention-l2h5", 3, 1, "␣and", "␣When", figure.values().at(3, 1)));
    assertThat(found.text()).startsWith("␣and → ␣When: 0.");
    Pick future = page.pick(box.x() + 5.5 * cell, box.y() + 3.5 * cell).orElseThrow();
    assertThat(future.text()).endsWith("no value");
  }

  @Test
  void labelsThatAreLeftOutLeaveTheOthersTheirIndex() {
    List<String> texts = labels(Layout.of(Samples.longAttention(256), FigureStyle.singleColumn()));

    assertThat(texts).contains("0 tok0", "240 tok240").doesNotContain("1 tok1", "tok1");
  }

  @Test
  void namesAreSetSmallerBeforeAnyIsLeftOut() {
    Marks page = Layout.of(Samples.attention(), FigureStyle.singleColumn());

    assertThat(labels(page)).contains("␣When", "keeper", "⏎").doesNotContain("2 ␣Mary");
    assertThat(texts(page)).allSatisfy(text -> assertThat(text.size()).isGreaterThanOrEqualTo(5));
  }

  @Test
  void aCharacterThatTheFontLacksIsWrittenAsItsCodePoint() {
    var strip =
        new TokenStrip(
            Heading.of("x", ""), List.of("中", "a\nb"), new float[] {1, 2}, Colours.signed("v"));

    assertThat(labels(Layout.of(strip, FigureStyle.singleColumn()))).contains("U+4E2D", "a⏎b");
  }

  @Test
  void aCurveThatLeavesItsRangeIsCutAtThePlotsEdge() {
    var curves =
        new Curves(
            Heading.of("x", ""),
            PlotAxis.linear("x").withRange(0, 1),
            PlotAxis.linear("y").withRange(0, 1),
            List.of(
                new Curves.Series(
                    "s", new double[] {-1, 0.5, 2}, new double[] {-9, 0.5, Double.NaN})));
    Marks page = Layout.of(curves, FigureStyle.singleColumn());

    List<Mark.Polyline> lines =
        page.marks().stream()
            .filter(Mark.Polyline.class::isInstance)
            .map(Mark.Polyline.class::cast)
            .toList();
    assertThat(lines).hasSize(1);
    // From the lower edge, where y = 0 at x = 0.5 − 1.5 · 0.5 / 9.5, to the middle.
    double areaWidth = 2 * (lines.getFirst().x()[1] - plotLeft(page));
    double expected = plotLeft(page) + areaWidth * (0.5 - 1.5 * 0.5 / 9.5);
    assertThat(lines.getFirst().x()[0]).isCloseTo(expected, offset(1e-6));
  }

  @Test
  void panelsOfARowAreEquallyHigh() {
    Marks page = Layout.of(Samples.sheet(), FigureStyle.doubleColumn());

    List<Double> titles =
        texts(page).stream()
            .filter(text -> text.text().equals("training step") || text.text().equals("key"))
            .map(Mark.Text::y)
            .toList();
    assertThat(titles).hasSize(2);
    assertThat(titles.get(0)).isCloseTo(titles.get(1), offset(1.5));
  }

  private static double plotLeft(Marks page) {
    return page.marks().stream()
        .filter(Mark.Line.class::isInstance)
        .map(Mark.Line.class::cast)
        .filter(line -> line.x1() != line.x2() && line.y1() == line.y2())
        .filter(line -> line.x2() - line.x1() > 100)
        .mapToDouble(Mark.Line::x1)
        .min()
        .orElseThrow();
  }

  private static List<Mark.Text> texts(Marks page) {
    return page.marks().stream()
        .filter(Mark.Text.class::isInstance)
        .map(Mark.Text.class::cast)
        .toList();
  }

  private static List<String> labels(Marks page) {
    return texts(page).stream().map(Mark.Text::text).toList();
  }

  /** Figures with what layouts stumble over: long words, one value, no value, huge numbers. */
  private static List<Figure> awkward() {
    String longest = LONG.repeat(2);
    double[] one = {1e-12};
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Heatmap(
            Heading.of("long-names", longest),
            new Matrix(2, 3, new float[] {1e7f, -3, 0, 1, 2, Float.NaN}),
            new CellAxis(longest, List.of(longest, "b")),
            new CellAxis(longest, List.of(longest, "", longest)),
            Colours.signed(longest).withScaling(Scaling.symlog(0.01)),
            CellMask.NONE));
    figures.add(
        new Heatmap(
            Heading.of("no-values", ""),
            new Matrix(1, 1, new float[] {Float.NaN}),
            CellAxis.counted(""),
            CellAxis.counted(""),
            Colours.sequential(""),
            CellMask.NONE));
    figures.add(
        new Heatmap(
            Heading.of("wide", "Logit lens"),
            new Matrix(3, 400, new float[1200]),
            new CellAxis("layer", List.of("0_pre", "1_pre", "final_post")),
            CellAxis.counted("position"),
            Colours.sequential("entropy (nats)").withRange(1e-7, 3e-7),
            CellMask.NONE));
    figures.add(
        new Heatmap(
            Heading.of("tall", "Neurons"),
            new Matrix(300, 2, new float[600]),
            CellAxis.counted("neuron"),
            CellAxis.counted("prompt"),
            Colours.sequential("activation").withScaling(Scaling.log(1e-6)),
            CellMask.NONE));
    figures.add(
        new Curves(
            Heading.of("one-point", longest),
            PlotAxis.linear(longest),
            PlotAxis.log(longest, 1e-20),
            IntStream.range(0, 9).mapToObj(i -> new Curves.Series(i + longest, one, one)).toList(),
            IntStream.range(0, 12).mapToObj(i -> Guide.atX(i * 1e-13, "guide " + i)).toList()));
    figures.add(
        new Curves(
            Heading.of("nothing", "t"),
            PlotAxis.linear("x"),
            PlotAxis.linear("y"),
            List.of(new Curves.Series("", new double[0], new double[0]))));
    figures.add(
        new Bars(
            Heading.of("many-bars", "t"),
            longest,
            PlotAxis.linear(longest),
            IntStream.range(0, 144).mapToObj(i -> "L" + i / 12 + "H" + i % 12).toList(),
            List.of(new Bars.Group(longest, IntStream.range(0, 144).asDoubleStream().toArray()))));
    figures.add(
        new Bars(
            Heading.of("long-bars", "t"),
            "",
            PlotAxis.log("p", 1e-3),
            List.of(longest, longest + "2"),
            List.of(new Bars.Group("g", new double[] {0, Double.NaN})),
            Bars.Direction.LYING,
            List.of(Guide.atY(0.5, longest))));
    figures.add(
        new Scatter(
            Heading.of("crowd", "t"),
            PlotAxis.linear("x"),
            new PlotAxis("y", Scaling.symlog(1), null),
            List.of(
                new Scatter.Group(
                    "g",
                    IntStream.range(0, 200).mapToDouble(i -> i % 7).toArray(),
                    IntStream.range(0, 200).mapToDouble(i -> i * i - 9000).toArray(),
                    IntStream.range(0, 200).mapToObj(i -> "point " + i).toList())),
            List.of(Guide.atY(0, "zero"), Guide.atX(3, longest))));
    figures.add(
        new TokenStrip(
            Heading.of("long-token", ""),
            List.of(longest, longest, "", "a"),
            new float[] {Float.NaN, Float.NaN, Float.NaN, Float.NaN},
            Colours.signed(longest)));
    figures.add(
        new Table(
            Heading.of("wide-table", "t"),
            List.of(
                Table.Column.text(longest),
                Table.Column.number(longest),
                new Table.Column("n", Table.Align.RIGHT)),
            List.of(List.of(longest, "123456789.123456789", "1"), List.of("", "−", "22"))));
    figures.add(Samples.headGrid(12, 12, 8));
    figures.add(Samples.headGrid(1, 2, 8));
    figures.add(
        new Sheet(Heading.of("sheet-of-awkward", longest), 2, List.copyOf(figures.subList(0, 9))));
    return figures;
  }
}
