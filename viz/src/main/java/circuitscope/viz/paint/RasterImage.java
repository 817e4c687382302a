package circuitscope.viz.paint;

import circuitscope.viz.layout.Raster;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;

/** Rasters as indexed images: one byte a cell, without loss. */
final class RasterImage {
  /** Vector formats get small rasters enlarged to about so many pixels a side. */
  private static final int EMBEDDED_SIDE = 512;

  private static final int MOST_ENLARGED = 8;

  private RasterImage() {}

  /**
   * The whole factor by which each cell is enlarged when embedded in a vector file: viewers that
   * smooth images then smooth only the seams.
   */
  static int factor(Raster raster) {
    return Math.clamp(EMBEDDED_SIDE / Math.max(raster.rows(), raster.columns()), 1, MOST_ENLARGED);
  }

  /** Entries with every cell repeated {@code factor} times across and down. */
  static byte[] enlarged(Raster raster, int factor) {
    if (factor == 1) {
      return raster.entries();
    }
    int width = raster.columns() * factor;
    byte[] pixels = new byte[raster.rows() * factor * width];
    for (int row = 0; row < raster.rows(); row++) {
      int line = row * factor * width;
      for (int x = 0; x < width; x++) {
        pixels[line + x] = raster.entries()[row * raster.columns() + x / factor];
      }
      for (int copy = 1; copy < factor; copy++) {
        System.arraycopy(pixels, line, pixels, line + copy * width, width);
      }
    }
    return pixels;
  }

  static BufferedImage of(Raster raster, int factor) {
    int[] table = raster.table();
    var colours = new IndexColorModel(8, table.length, table, 0, false, -1, 0);
    var image =
        new BufferedImage(
            raster.columns() * factor,
            raster.rows() * factor,
            BufferedImage.TYPE_BYTE_INDEXED,
            colours);
    byte[] target = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] pixels = enlarged(raster, factor);
    System.arraycopy(pixels, 0, target, 0, pixels.length);
    return image;
  }
}
