package circuitscope.viz.palette;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Scaling;
import org.junit.jupiter.api.Test;

class ColourScaleTest {

  @Test
  void theEndsAreThePublishedColours() {
    int[] viridis = ColourTable.of(Palette.VIRIDIS, Theme.LIGHT);
    assertThat(viridis[0]).isEqualTo(0xff440154);
    assertThat(viridis[254]).isEqualTo(0xfffde725);
    int[] blues = ColourTable.of(Palette.BLUES, Theme.LIGHT);
    assertThat(blues[0]).isEqualTo(0xfff7fbff);
    assertThat(blues[127]).isEqualTo(0xff6baed6); // the fifth of ColorBrewer's nine
    assertThat(blues[254]).isEqualTo(0xff08306b);
  }

  @Test
  void zeroIsTheMiddleOfASignedMapHoweverLopsidedTheData() {
    ColourScale scale = ColourScale.of(Colours.signed(""), Theme.LIGHT, -0.5, 4);

    assertThat(scale.colour(0)).isEqualTo(0xfff7f7f7);
    assertThat(scale.colour(4)).isEqualTo(0xff053061);
    assertThat(scale.colour(-4)).isEqualTo(0xff67001f);
    assertThat(scale.low()).isEqualTo(-4);
  }

  @Test
  void aSymlogMapIsOddAroundZero() {
    Colours colours = Colours.signed("").withScaling(Scaling.symlog(0.01));
    ColourScale scale = ColourScale.of(colours, Theme.LIGHT, -3, 3);

    assertThat(scale.entry(0)).isEqualTo(ColourTable.MIDDLE);
    for (double value : new double[] {0.003, 0.05, 0.9}) {
      assertThat(scale.entry(value) + scale.entry(-value)).isEqualTo(2 * ColourTable.MIDDLE);
    }
  }

  @Test
  void aLogMapGivesEachDecadeEqualRoomAndHoldsValuesAtItsFloor() {
    Colours colours = Colours.probability("").withScaling(Scaling.log(1e-4));
    ColourScale scale = ColourScale.of(colours, Theme.LIGHT, 0, 1);

    assertThat(scale.fraction(1e-2)).isEqualTo(0.5);
    assertThat(scale.entry(0)).isZero();
    assertThat(scale.entry(1e-7)).isZero();
    assertThat(scale.hasValuesBelow()).isTrue();
  }

  @Test
  void valuesBeyondTheRangeTakeTheEndColoursAndAreReported() {
    Colours colours = Colours.sequential("").withRange(0, 1);
    ColourScale scale = ColourScale.of(colours, Theme.LIGHT, -1, 9);

    assertThat(scale.entry(9)).isEqualTo(254);
    assertThat(scale.entry(-1)).isZero();
    assertThat(scale.hasValuesBelow() && scale.hasValuesAbove()).isTrue();
  }

  @Test
  void nanIsMaskedAndAConstantFieldHasARange() {
    ColourScale scale = ColourScale.of(Colours.sequential(""), Theme.LIGHT, 3, 3);

    assertThat(scale.colour(Double.NaN)).isEqualTo(Theme.LIGHT.masked());
    assertThat(scale.entry(3)).isZero();
    assertThat(scale.high()).isEqualTo(6);
  }
}
