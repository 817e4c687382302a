package circuitscope.subnetworks.mask;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.BitSet;

/** Bits as NumPy's booleans: one byte a weight, 0 or 1. */
final class ArrayBits {
  private static final int SLICE_BYTES = 1 << 16;

  private ArrayBits() {}

  /**
   * Reads the booleans of an array.
   *
   * @param what names the array in errors
   * @throws MaskException at the end of the stream, or at a byte that is neither 0 nor 1
   */
  static BitSet read(String what, InputStream in, int size) throws IOException {
    BitSet bits = new BitSet();
    byte[] slice = new byte[SLICE_BYTES];
    for (int from = 0; from < size; ) {
      int read = in.readNBytes(slice, 0, Math.min(slice.length, size - from));
      if (read == 0) {
        throw new MaskException(
            "%s ends after %d of its %d values; it is truncated".formatted(what, from, size));
      }
      for (int i = 0; i < read; i++) {
        if (slice[i] == 1) {
          bits.set(from + i);
        } else if (slice[i] != 0) {
          throw new MaskException(
              "%s has the byte %d at %d, expected 0 or 1; the file is damaged"
                  .formatted(what, slice[i], from + i));
        }
      }
      from += read;
    }
    return bits;
  }

  static void write(MaskMatrix matrix, OutputStream out) throws IOException {
    byte[] slice = new byte[SLICE_BYTES];
    int size = matrix.total();
    for (int from = 0; from < size; from += slice.length) {
      int length = Math.min(slice.length, size - from);
      for (int i = 0; i < length; i++) {
        slice[i] = (byte) (matrix.bits().get(from + i) ? 1 : 0);
      }
      out.write(slice, 0, length);
    }
  }

  /** Column-major bits put into row-major order. */
  static BitSet fromColumnMajor(BitSet bits, int rows, int columns) {
    BitSet turned = new BitSet();
    bits.stream().forEach(i -> turned.set(i % rows * columns + i / rows));
    return turned;
  }
}
