package circuitscope.models.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
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

  /** Sees each block of widened numbers while it is in the cache. */
  @FunctionalInterface
  interface Seer {
    /**
     * Takes one block.
     *
     * @param at where the block begins, from the beginning of what is read
     * @param values whose first {@code length} are the block
     */
    void block(long at, float[] values, int length);
  }

  /** {@link Seer} of FP16 numbers as they are stored. */
  @FunctionalInterface
  interface HalfSeer {
    void block(long at, short[] halves, int length);
  }

  static final Seer UNSEEN = (at, values, length) -> {};

  /** {@link StoredTensor#widen} for plain numbers stored in {@code bytes}. */
  static void widen(StoredType type, MemorySegment bytes, long from, FloatBuffer into, Seer seer) {
    int width = type.blockBytes();
    Objects.checkFromIndexSize(from, into.remaining(), bytes.byteSize() / width);
    MemorySegment source = bytes.asSlice(from * width, (long) into.remaining() * width);
    MemorySegment target = MemorySegment.ofBuffer(into);
    ValueLayout.OfFloat layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(into.order());
    inSlices(
        into.remaining(),
        (start, end) -> {
          float[] block = new float[(int) Math.min(BLOCK, end - start)];
          Numbers numbers = numbers(type, block);
          for (long at = start; at < end; at += BLOCK) {
            int length = (int) Math.min(BLOCK, end - at);
            numbers.widen(source, at, length);
            seer.block(at, block, length);
            MemorySegment.copy(block, 0, target, layout, at * Float.BYTES, length);
          }
        });
  }

  /** {@link MappedTensor#copyHalves} for FP16 numbers stored in {@code bytes}. */
  static void copyHalves(MemorySegment bytes, long from, ShortBuffer into, HalfSeer seer) {
    Objects.checkFromIndexSize(from, into.remaining(), bytes.byteSize() / Short.BYTES);
    MemorySegment target = MemorySegment.ofBuffer(into);
    ValueLayout.OfShort layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(into.order());
    inSlices(
        into.remaining(),
        (start, end) -> {
          short[] block = new short[(int) Math.min(BLOCK, end - start)];
          for (long at = start; at < end; at += BLOCK) {
            int length = (int) Math.min(BLOCK, end - at);
            MemorySegment.copy(bytes, I16, (from + at) * Short.BYTES, block, 0, length);
            seer.block(at, block, length);
            MemorySegment.copy(block, 0, target, layout, at * Short.BYTES, length);
          }
        });
  }

  @FunctionalInterface
  private interface Slice {
    void convert(long start, long end);
  }

  private static void inSlices(long count, Slice slice) {
    LongStream slices = LongStream.range(0, Math.ceilDiv(count, SLICE));
    (count > SLICE ? slices.parallel() : slices)
        .forEach(i -> slice.convert(i * SLICE, Math.min(count, (i + 1) * SLICE)));
  }

  /** Widens {@code length} elements of {@code from} into a block of FP32. */
  private interface Numbers {
    void widen(MemorySegment from, long start, int length);
  }

  /** The loops run over arrays, because those are what the compiler turns into vector code. */
  private static Numbers numbers(StoredType type, float[] block) {
    return switch (type) {
      case F32 ->
          (from, start, length) ->
              MemorySegment.copy(from, F32, start * Float.BYTES, block, 0, length);
      case F16 -> {
        short[] stored = new short[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, I16, start * Short.BYTES, stored, 0, length);
          halves(stored, block, length);
        };
      }
      case BF16 -> {
        short[] stored = new short[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, I16, start * Short.BYTES, stored, 0, length);
          brainFloats(stored, block, length);
        };
      }
      case F64 -> {
        double[] stored = new double[block.length];
        yield (from, start, length) -> {
          MemorySegment.copy(from, F64, start * Double.BYTES, stored, 0, length);
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
      case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
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

  private static long integer(StoredType type, MemorySegment bytes, long index) {
    return switch (type) {
      case I64 -> bytes.get(I64, 8 * index);
      case I32 -> bytes.get(I32, 4 * index);
      case I16 -> bytes.get(I16, 2 * index);
      case I8 -> bytes.get(JAVA_BYTE, index);
      case U8 -> Byte.toUnsignedInt(bytes.get(JAVA_BYTE, index));
      case BOOL -> bytes.get(JAVA_BYTE, index) == 0 ? 0 : 1;
      default -> throw new IllegalArgumentException(type + " is not integral");
    };
  }
}
