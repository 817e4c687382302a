package circuitscope.models.checkpoint.gguf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import circuitscope.models.checkpoint.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/**
 * Reads forward through the header of a GGUF file. Every read is checked against what is left of
 * the file, and every announced length before anything of that length is made.
 */
final class GgufCursor {
  static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long position;

  GgufCursor(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  int i32(String what) {
    return take(Integer.BYTES, what).get(I32, 0);
  }

  long i64(String what) {
    return take(Long.BYTES, what).get(I64, 0);
  }

  /** A length-prefixed text that must be UTF-8: a key or a name. */
  String name(String what) {
    try {
      return UTF_8.newDecoder().decode(text(what).asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw damaged("%s is not UTF-8".formatted(what));
    }
  }

  /** The bytes of a length-prefixed text. */
  MemorySegment text(String what) {
    return take(count("the length of " + what, 1), what);
  }

  /**
   * An announced number of things that take at least {@code leastBytes} each.
   *
   * @throws CheckpointException if the rest of the file cannot hold that many
   */
  long count(String what, int leastBytes) {
    long count = i64(what);
    long most = Math.min((bytes.byteSize() - position) / leastBytes, Integer.MAX_VALUE);
    if (count < 0 || count > most) {
      throw damaged(
          "%s is %s, but the %d bytes that are left hold at most %d"
              .formatted(what, Long.toUnsignedString(count), bytes.byteSize() - position, most));
    }
    return count;
  }

  MemorySegment take(long size, String what) {
    if (size > bytes.byteSize() - position) {
      throw damaged(
          "ends at byte %d inside %s, which takes %d bytes from byte %d"
              .formatted(bytes.byteSize(), what, size, position));
    }
    MemorySegment taken = bytes.asSlice(position, size);
    position += size;
    return taken;
  }

  /** What has been read since {@code start}. */
  MemorySegment since(long start) {
    return bytes.asSlice(start, position - start);
  }

  CheckpointException damaged(String problem) {
    return new CheckpointException(
        file, problem + "; the file is truncated or damaged, fetch it again");
  }
}
