package circuitscope.models.checkpoint.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** One value of a GGUF file's metadata. */
sealed interface GgufValue {
  /** An integer of any width; unsigned 64-bit values from 2^63 on come out negative. */
  record Whole(long value) implements GgufValue {}

  /** A single or double precision number. */
  record Real(double value) implements GgufValue {}

  record Flag(boolean value) implements GgufValue {}

  record Text(String value) implements GgufValue {}

  /** An array whose elements stay in the mapped file until they are asked for. */
  record Items(Kind kind, int count, MemorySegment bytes) implements GgufValue {

    List<String> texts() {
      List<String> texts = new ArrayList<>(count);
      long at = 0;
      for (int i = 0; i < count; i++) {
        long length = bytes.get(GgufCursor.I64, at);
        texts.add(decode(bytes.asSlice(at + Long.BYTES, length)));
        at += Long.BYTES + length;
      }
      return texts;
    }

    float[] floats() {
      return bytes.toArray(GgufCursor.F32);
    }

    GgufValue scalar(int index) {
      return kind.scalar(bytes.asSlice((long) index * kind.width, kind.width));
    }
  }

  /** The types that a value can have, in the order of their numbers in the file. */
  enum Kind {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(0),
    ARRAY(0),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    /** Bytes of a scalar, 0 where the length is in the file. */
    private final int width;

    Kind(int width) {
      this.width = width;
    }

    boolean isWhole() {
      return width > 0 && !isReal() && this != BOOL;
    }

    boolean isReal() {
      return this == FLOAT32 || this == FLOAT64;
    }

    private GgufValue scalar(MemorySegment at) {
      return switch (this) {
        case UINT8 -> new Whole(Byte.toUnsignedInt(at.get(ValueLayout.JAVA_BYTE, 0)));
        case INT8 -> new Whole(at.get(ValueLayout.JAVA_BYTE, 0));
        case UINT16 -> new Whole(Short.toUnsignedInt(at.get(GgufCursor.I16, 0)));
        case INT16 -> new Whole(at.get(GgufCursor.I16, 0));
        case UINT32 -> new Whole(Integer.toUnsignedLong(at.get(GgufCursor.I32, 0)));
        case INT32 -> new Whole(at.get(GgufCursor.I32, 0));
        case UINT64, INT64 -> new Whole(at.get(GgufCursor.I64, 0));
        case FLOAT32 -> new Real(shortest(at.get(GgufCursor.F32, 0)));
        case FLOAT64 -> new Real(at.get(GgufCursor.F64, 0));
        case BOOL -> new Flag(at.get(ValueLayout.JAVA_BYTE, 0) != 0);
        case STRING, ARRAY -> throw new IllegalStateException(this + " has no fixed width");
      };
    }
  }

  /** Deeper nesting than any file has; what a recursion may cost. */
  int DEEPEST = 4;

  static GgufValue read(GgufCursor cursor, String key) {
    Kind kind = kind(cursor, key);
    return switch (kind) {
      case STRING -> new Text(decode(cursor.text("'" + key + "'")));
      case ARRAY -> items(cursor, key, 1);
      default -> kind.scalar(cursor.take(kind.width, "'" + key + "'"));
    };
  }

  private static Items items(GgufCursor cursor, String key, int depth) {
    if (depth > DEEPEST) {
      throw cursor.damaged("'%s' nests arrays more than %d deep".formatted(key, DEEPEST));
    }
    Kind kind = kind(cursor, key);
    int leastBytes =
        switch (kind) {
          case STRING -> Long.BYTES;
          case ARRAY -> Integer.BYTES + Long.BYTES;
          default -> kind.width;
        };
    int count = (int) cursor.count("the number of elements of '" + key + "'", leastBytes);
    long start = cursor.position();
    switch (kind) {
      case STRING -> {
        for (int i = 0; i < count; i++) {
          var _ = cursor.text("an element of '" + key + "'");
        }
      }
      case ARRAY -> {
        for (int i = 0; i < count; i++) {
          var _ = items(cursor, key, depth + 1);
        }
      }
      default -> {
        var _ = cursor.take((long) count * kind.width, "the elements of '" + key + "'");
      }
    }
    return new Items(kind, count, cursor.since(start));
  }

  private static Kind kind(GgufCursor cursor, String key) {
    int number = cursor.i32("the type of '" + key + "'");
    if (number < 0 || number >= Kind.values().length) {
      throw cursor.damaged(
          "'%s' has value type %s, expected 0 to %d"
              .formatted(key, Integer.toUnsignedString(number), Kind.values().length - 1));
    }
    return Kind.values()[number];
  }

  private static String decode(MemorySegment text) {
    return UTF_8.decode(text.asByteBuffer()).toString();
  }

  /** 1e-5 rather than 9.999999747378752e-06: the number that was rounded to single precision. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
