package circuitscope.viz.fx;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellPyramidTest {
  private static final int PAPER = 0xff123456;
  private static final ColourScale SCALE =
      ColourScale.of(Colours.probability(""), Theme.LIGHT, 0, 1);

  @ParameterizedTest
  @ValueSource(doubles = {50, 64, 99, 100, 137, 200, 256, 300, 511, 700})
  void aLoneStrongCellIsSeenAtEveryZoom(double size) {
    var random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      int row = random.nextInt(500);
      int column = random.nextInt(500);
      float[] values = new float[500 * 500];
      values[row * 500 + column] = 1;
      int[] pixels = draw(new Matrix(500, 500, values), MatrixCamera.fit(500, 500, size, size));

      assertThat(pixels).as("cell %d, %d", row, column).contains(SCALE.colour(1));
    }
  }

  @Test
  void zoomedInEveryPixelHasTheColourOfItsCell() {
    var random = new Random(4);
    float[] values = new float[300 * 300];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    MatrixCamera camera = MatrixCamera.fit(300, 300, 200, 200).zoomed(9, 120, 40);

    int[] pixels = draw(new Matrix(300, 300, values), camera);

    for (int y = 0; y < 200; y += 7) {
      for (int x = 0; x < 200; x += 7) {
        int row = (int) (camera.row(y) + 1e-9);
        int cell = 300 * row + (int) (camera.column(x) + 1e-9);
        assertThat(pixels[y * 200 + x]).isEqualTo(SCALE.colour(values[cell]));
      }
    }
  }

  @Test
  void ofABlockTheValueFarthestFromZeroIsSeenInASignedMap() {
    float[] values = new float[400 * 400];
    values[3] = 0.4f;
    values[2] = -0.9f;
    ColourScale signed = ColourScale.of(Colours.signed(""), Theme.LIGHT, -1, 1);
    var pyramid = new CellPyramid(new Matrix(400, 400, values), CellMask.NONE, signed, 0);
    int[] pixels = new int[100 * 100];

    pyramid.draw(MatrixCamera.fit(400, 400, 100, 100), pixels, 100, 100, PAPER);

    assertThat(pixels[0]).isEqualTo(signed.colour(-0.9f));
    assertThat(pixels[1]).isEqualTo(signed.colour(0));
    assertThat(pyramid.strongest(0, 4, 0, 4)).containsExactly(0, 2);
  }

  @Test
  void hiddenCellsAndWhatLiesBesideTheMatrixHaveColoursOfTheirOwn() {
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    var pyramid = new CellPyramid(new Matrix(4, 4, ones), CellMask.ABOVE_DIAGONAL, SCALE, 1);
    int[] pixels = new int[6 * 4];

    pyramid.draw(MatrixCamera.fit(4, 4, 6, 4), pixels, 6, 4, PAPER);

    int masked = Theme.LIGHT.masked();
    int full = SCALE.colour(1);
    assertThat(IntStream.range(12, 18).map(i -> pixels[i]))
        .as("third row: first column hidden, last in the future, two pixels of paper")
        .containsExactly(masked, full, full, masked, PAPER, PAPER);
  }

  private static int[] draw(Matrix matrix, MatrixCamera camera) {
    int width = (int) camera.width();
    int height = (int) camera.height();
    int[] pixels = new int[width * height];
    new CellPyramid(matrix, CellMask.NONE, SCALE, 0).draw(camera, pixels, width, height, PAPER);
    return pixels;
  }
}
