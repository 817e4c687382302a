package circuitscope.models.checkpoint.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** The pickle's bytes, read forwards; every length is checked against what is left. */
final class PickleInput {
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64_BIG =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Names and numbers in pickles are short; only byte strings are long. */
  private static final long LONGEST_TEXT_BYTES = 1 << 20;

  private final MemorySegment source;
  private long position;

  PickleInput(MemorySegment source) {
    this.source = source;
  }

  long position() {
    return position;
  }

  private long take(long length) {
    if (length < 0 || length > source.byteSize() - position) {
      throw new PickleException(
          "asks for %s bytes at byte %d, but %d are left; it is truncated or damaged"
              .formatted(Long.toUnsignedString(length), position, source.byteSize() - position));
    }
    long from = position;
    position += length;
    return from;
  }

  int uint8() {
    return Byte.toUnsignedInt(source.get(ValueLayout.JAVA_BYTE, take(1)));
  }

  int uint16() {
    return Short.toUnsignedInt(source.get(I16, take(2)));
  }

  int int32() {
    return source.get(I32, take(4));
  }

  long uint32() {
    return Integer.toUnsignedLong(int32());
  }

  long int64() {
    return source.get(I64, take(8));
  }

  double float64() {
    return source.get(F64_BIG, take(8));
  }

  MemorySegment bytes(long length) {
    return source.asSlice(take(length), length).asReadOnly();
  }

  String utf8(long length) {
    return text(length, UTF_8);
  }

  String latin1(long length) {
    return text(length, ISO_8859_1);
  }

  private String text(long length, Charset charset) {
    if (length > LONGEST_TEXT_BYTES) {
      throw new PickleException(
          "holds a text of %s bytes".formatted(Long.toUnsignedString(length)));
    }
    return new String(bytes(length).toArray(ValueLayout.JAVA_BYTE), charset);
  }

  /** A text up to the next newline. */
  String line() {
    long start = position;
    while (uint8() != '\n') {
      if (position - start > LONGEST_TEXT_BYTES) {
        throw new PickleException("holds a line without an end at byte " + start);
      }
    }
    long length = position - 1 - start;
    return new String(source.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  /** A little-endian two's complement integer: {@code Long} if it fits, else {@code BigInteger}. */
  Object integer(int length) {
    byte[] bytes = bytes(length).toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < length / 2; i++) {
      byte kept = bytes[i];
      bytes[i] = bytes[length - 1 - i];
      bytes[length - 1 - i] = kept;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
  }
}
