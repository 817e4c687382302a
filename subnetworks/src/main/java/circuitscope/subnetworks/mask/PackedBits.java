package circuitscope.subnetworks.mask;

import java.util.Arrays;

/** Bits packed eight a byte, the first in the lowest: NumPy's {@code bitorder="little"}. */
final class PackedBits {
  private PackedBits() {}

  static int bytesFor(int bits) {
    return Math.ceilDiv(bits, Byte.SIZE);
  }

  /** All bits of a matrix, the rest of the last byte zero. */
  static byte[] of(MaskMatrix matrix) {
    return Arrays.copyOf(matrix.bits().toByteArray(), bytesFor(matrix.total()));
  }
}
