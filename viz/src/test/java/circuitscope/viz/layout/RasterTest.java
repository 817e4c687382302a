package circuitscope.viz.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RasterTest {

  @Test
  void aStripeOneCellWideSurvivesPooling() {
    int size = 1000;
    byte[] entries = new byte[size * size];
    for (int row = 300; row < size; row++) {
      entries[row * size + row - 300] = (byte) 254;
    }
    Raster pooled = new Raster(size, size, entries, new int[256], 0).pooled(100, 100);

    for (int row = 30; row < 100; row++) {
      assertThat(pooled.entry(row, row - 30)).isEqualTo(254);
    }
    assertThat(pooled.entry(10, 50)).isZero();
  }

  @Test
  void aSignedMapKeepsTheValueFarthestFromZero() {
    byte[] entries = {127, 20, (byte) 200, 127};
    Raster pooled = new Raster(2, 2, entries, new int[256], 127).pooled(1, 1);

    assertThat(pooled.entry(0, 0)).isEqualTo(20);
  }

  @Test
  void aBlockIsMaskedOnlyIfAllOfItIs() {
    byte[] entries = {(byte) 255, 3, (byte) 255, (byte) 255};
    Raster raster = new Raster(2, 2, entries, new int[256], 0);

    assertThat(raster.pooled(1, 1).entry(0, 0)).isEqualTo(3);
    assertThat(raster.pooled(2, 1).entry(1, 0)).isEqualTo(255);
  }
}
