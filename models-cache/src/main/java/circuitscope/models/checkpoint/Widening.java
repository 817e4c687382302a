package circuitscope.models.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.stream.LongStream;

/** Little-endian stored numbers to Java's, in bulk. */
final class Widening {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements that one task converts: small enough to share out, large enough to amortise. */
  private static final long SLICE = 1 << 18;

  /** Elements that are converted at a time, in the first-level cache. */
  private static final int BLOCK = 4096;

  private Widening() {}

  /** {@link StoredTensor#widen} for plain numbers stored in {@code bytes}. */
  static void widen(StoredType type, MemorySegment bytes, long from, FloatBuffer into) {
    long count = into.remaining();
    int width = type.blockBytes();
    Objects.checkFromIndexSize(from, count, bytes.byteSize() / width);
    MemorySegment source = bytes.asSlice(from * width, count * width);
    MemorySegment target = MemorySegment.ofBuffer(into);
    ValueLayout.OfFloat layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(into.order());
    long slices = (count + SLICE - 1) / SLICE;
    LongStream tasks = LongStream.range(0, slices);
    (slices > 1 ? tasks.parallel() : tasks)
        .forEach(
            slice -> {
              long start = slice * SLICE;
              long length = Math.min(SLICE, count - start);
              slice(
                  type,
                  source.asSlice(start * width, length * width),
                  target.asSlice(start * Float.BYTES, length * Float.BYTES),
                  layout,
                  (int) length);
            });
  }

  private static void slice(
      StoredType type,
      MemorySegment from,
      MemorySegment to,
      ValueLayout.OfFloat layout,
      int count) {
    if (type == StoredType.F32) {
      MemorySegment.copy(from, F32, 0, to, layout, 0, count);
      return;
    }
    float[] block = new float[Math.min(BLOCK, count)];
    Numbers numbers = numbers(type, block);
    for (int start = 0; start < count; start += BLOCK) {
      int length = Math.min(BLOCK, count - start);
      numbers.widen(from, start, length);
      MemorySegment.copy(block, 0, to, layout, 4L * start, length);
    }
  }

  /** Widens {@code length} elements of {@code from} into a block of FP32. */
  private interface Numbers {
    void widen(MemorySegment from, int start, int length);
  }

  /** The loops run over arrays, because those are what the compiler turns into vector code. */
  private static Numbers numbers(StoredType type, float[] block) {
    return switch (type) {
      case F16 -> {
        short[] stored = new short[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, I16, 2L * start, stored, 0, length);
          halves(stored, block, length);
        };
      }
      case BF16 -> {
        short[] stored = new short[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, I16, 2L * start, stored, 0, length);
          brainFloats(stored, block, length);
        };
      }
      case F64 -> {
        double[] stored = new double[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, F64, 8L * start, stored, 0, length);
          for (int i = 0; i < length; i++) {
            block[i] = (float) stored[i];
          }
        };
      }
      case I64, I32, I16, I8, U8, BOOL ->
          (from, start, length) -> {
            for (int i = 0; i < length; i++) {
              block[i] = (float) integer(type, from, start + i);
            }
          };
      case F32, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
          throw new IllegalArgumentException(type + " is not widened element by element");
    };
  }

  private static void halves(short[] stored, float[] block, int length) {
    for (int i = 0; i < length; i++) {
      block[i] = Float.float16ToFloat(stored[i]);
    }
  }

  private static void brainFloats(short[] stored, float[] block, int length) {
    for (int i = 0; i < length; i++) {
      block[i] = Float.intBitsToFloat(stored[i] << 16);
    }
  }

  /** {@link StoredTensor#readLongs}. */
  static long[] longs(StoredTensor tensor) {
    if (!tensor.type().isIntegral()) {
      throw new IllegalStateException(
          "tensor '%s' holds %s, not integers".formatted(tensor.name(), tensor.type()));
    }
    long[] values = new long[Math.toIntExact(tensor.shape().elements())];
    MemorySegment bytes = tensor.bytes();
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(tensor.type(), bytes, i);
    }
    return values;
  }

  private static long integer(StoredType type, MemorySegment bytes, int index) {
    return switch (type) {
      case I64 -> bytes.get(I64, 8L * index);
      case I32 -> bytes.get(I32, 4L * index);
      case I16 -> bytes.get(I16, 2L * index);
      case I8 -> bytes.get(JAVA_BYTE, index);
      case U8 -> Byte.toUnsignedInt(bytes.get(JAVA_BYTE, index));
      case BOOL -> bytes.get(JAVA_BYTE, index) == 0 ? 0 : 1;
      default -> throw new IllegalArgumentException(type + " is not integral");
    };
  }
}
