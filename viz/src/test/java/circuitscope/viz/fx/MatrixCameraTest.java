package circuitscope.viz.fx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MatrixCameraTest {
  @Test
  void theCellUnderTheMouseStaysThereWhileZooming() {
    MatrixCamera camera = MatrixCamera.fit(2048, 2048, 800, 800).zoomed(4, 400, 300);
    double column = camera.column(250);
    double row = camera.row(630);

    MatrixCamera closer = camera.zoomed(1.7, 250, 630);

    assertThat(closer.column(250)).isCloseTo(column, within(1e-9));
    assertThat(closer.row(630)).isCloseTo(row, within(1e-9));
  }

  @Test
  void noMovementLeavesTheMatrix() {
    var random = new Random(6);
    MatrixCamera camera = MatrixCamera.fit(1000, 700, 640, 480);
    for (int i = 0; i < 2000; i++) {
      camera =
          random.nextBoolean()
              ? camera.zoomed(Math.exp(random.nextGaussian()), 320, 240)
              : camera.panned(300 * random.nextGaussian(), 300 * random.nextGaussian());

      assertThat(camera.left()).isBetween(0.0, 700.0);
      assertThat(camera.top()).isBetween(0.0, 1000.0);
      double seen = camera.column(640);
      assertThat(seen <= 700 + 1e-9 || camera.left() == 0).isTrue();
      assertThat(camera.cellWidth()).isBetween(0.48 - 1e-9, 64.0 + 1e-9);
    }
  }

  @Test
  void aLongThinMatrixFillsItsViewport() {
    MatrixCamera camera = MatrixCamera.fit(4, 4096, 1000, 400);

    assertThat(camera.x(4096)).isCloseTo(1000, within(1e-9));
    assertThat(camera.y(4)).isCloseTo(400, within(1e-9));
  }

  @Test
  void theWholeStaysTheWholeInALargerViewport() {
    MatrixCamera camera = MatrixCamera.fit(100, 100, 200, 200).resized(500, 400);

    assertThat(camera.cellWidth()).isEqualTo(4);
    assertThat(camera.isFitted()).isTrue();
  }
}
