package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The beginning of NumPy's {@code .npy} arrays, version 1.0, row-major. */
public final class NpyHeader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Headers are padded so that the data starts at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private NpyHeader() {}

  /**
   * The bytes that stand before an array's.
   *
   * @param type as NumPy writes it: {@code <f4}
   */
  public static byte[] of(String type, TensorShape shape) {
    String dims =
        Arrays.stream(shape.dims()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, shape.rank() == 1 ? dims + "," : dims);
    int before = MAGIC.length + 2 + Short.BYTES;
    int padded = Math.ceilDiv(before + text.length() + 1, ALIGNMENT) * ALIGNMENT;
    String line = text + " ".repeat(padded - before - text.length() - 1) + "\n";
    ByteBuffer header = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) line.length());
    return header.put(line.getBytes(ISO_8859_1)).array();
  }
}
