package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import circuitscope.models.checkpoint.TensorShape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes a dictionary of boolean arrays as a Python pickle of protocol 4, in the words of {@code
 * numpy.core.multiarray._reconstruct}: every NumPy from 1 to 2 reads it. Opcodes are those of
 * Python's {@code pickletools}.
 */
final class PickleWriter {
  private static final int PROTO = 0x80;
  private static final int PROTOCOL = 4;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int STACK_GLOBAL = 0x93;
  private static final int TUPLE1 = 0x85;
  private static final int TUPLE2 = 0x86;
  private static final int TUPLE3 = 0x87;
  private static final int NEWTRUE = 0x88;
  private static final int NEWFALSE = 0x89;

  private final OutputStream out;

  PickleWriter(OutputStream out) {
    this.out = out;
  }

  void begin() throws IOException {
    out.write(PROTO);
    out.write(PROTOCOL);
    out.write('}');
    out.write('('); // the items, up to 'u'
  }

  void end() throws IOException {
    out.write('u');
    out.write('.');
  }

  void entry(String key, String text) throws IOException {
    text(key);
    text(text);
  }

  /** {@code _reconstruct(ndarray, (0,), b"b")} with the state of a C-ordered boolean array. */
  void entry(MaskMatrix matrix) throws IOException {
    text(matrix.name());
    global("numpy.core.multiarray", "_reconstruct");
    global("numpy", "ndarray");
    integer(0);
    out.write(TUPLE1);
    out.write('C');
    out.write(1);
    out.write('b');
    out.write(TUPLE3);
    out.write('R');

    out.write('(');
    integer(1); // version of the state
    shape(matrix.shape());
    booleanType();
    out.write(NEWFALSE); // C order
    out.write('B');
    uint32(matrix.total());
    ArrayBits.write(matrix, out);
    out.write('t');
    out.write('b');
  }

  private void shape(TensorShape shape) throws IOException {
    for (long dim : shape.dims()) {
      integer(Math.toIntExact(dim));
    }
    out.write(shape.rank() == 1 ? TUPLE1 : TUPLE2);
  }

  /** {@code dtype("b1", False, True)} with its state. */
  private void booleanType() throws IOException {
    global("numpy", "dtype");
    text("b1");
    out.write(NEWFALSE);
    out.write(NEWTRUE);
    out.write(TUPLE3);
    out.write('R');
    out.write('(');
    integer(3);
    text("|");
    out.write('N');
    out.write('N');
    out.write('N');
    integer(-1);
    integer(-1);
    integer(0);
    out.write('t');
    out.write('b');
  }

  private void global(String module, String name) throws IOException {
    text(module);
    text(name);
    out.write(STACK_GLOBAL);
  }

  private void text(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length <= 0xff) {
      out.write(SHORT_BINUNICODE);
      out.write(bytes.length);
    } else {
      out.write('X');
      uint32(bytes.length);
    }
    out.write(bytes);
  }

  private void integer(int value) throws IOException {
    out.write('J');
    uint32(value);
  }

  private void uint32(int value) throws IOException {
    out.write(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
