package circuitscope.viz.figure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.viz.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureShapesTest {
  private static final Heading HEADING = Heading.of("x", "");

  @Test
  void aPatternThatDoesNotFitItsTokensIsRefusedWithBothShapes() {
    assertThatThrownBy(() -> Heatmap.attention(HEADING, List.of("a", "b"), new float[9]))
        .hasMessageContaining("2 × 2 and 9 values");
  }

  @Test
  void aSeriesWithMoreXThanYIsRefused() {
    var series = new Curves.Series("loss", new double[3], new double[2]);
    assertThatThrownBy(
            () -> new Curves(HEADING, PlotAxis.linear("x"), PlotAxis.linear("y"), List.of(series)))
        .hasMessageContaining("3 x of 'loss', but 2 y");
  }

  @Test
  void anIdThatCannotNameAFileIsRefused() {
    assertThatThrownBy(() -> Heading.of("../etc", "")).hasMessageContaining("names files");
  }

  @Test
  void aSignedPaletteOnALogScaleIsRefused() {
    assertThatThrownBy(() -> Colours.signed("logits").withScaling(Scaling.log(1e-3)))
        .hasMessageContaining("use SYMLOG");
  }

  @Test
  void aSheetInsideASheetIsRefused() {
    assertThatThrownBy(() -> new Sheet(HEADING, 1, List.of(Samples.sheet())))
        .hasMessageContaining("is itself a sheet");
  }

  @Test
  void headsOfDifferentLengthsDoNotShareAGrid() {
    var patterns = List.of(new Matrix(1, 1, new float[1]), new Matrix(2, 1, new float[2]));
    assertThatThrownBy(
            () ->
                new HeadGrid(
                    HEADING,
                    List.of(0),
                    List.of(0, 1),
                    patterns,
                    Colours.probability(""),
                    CellMask.NONE))
        .hasMessageContaining("1 × 1 and of 2 × 1");
  }
}
