package circuitscope.models.checkpoint.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import circuitscope.models.checkpoint.StoredType;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The block formats of ggml, widened to FP32. In each, 32 or 256 elements share FP16 scales; the
 * order of the FP32 operations is that of the {@code gguf} Python package, so that every element is
 * equal to its to the bit.
 */
final class GgufBlocks {
  /** Elements that one task widens: a whole number of blocks of every type, and fits the cache. */
  private static final long SLICE = 1 << 16;

  private GgufBlocks() {}

  /** Widens one block that starts at {@code raw[at]} to {@code out} from {@code to} on. */
  private interface Block {
    void widen(byte[] raw, int at, float[] out, int to);
  }

  /**
   * Fills {@code into} from its position to its limit with the elements from {@code from} on; the
   * position is left. Any alignment within blocks.
   */
  static void widen(StoredType type, MemorySegment bytes, long from, FloatBuffer into) {
    int size = type.blockElements();
    Objects.checkFromIndexSize(from, into.remaining(), bytes.byteSize() / type.blockBytes() * size);
    Block block = block(type);
    int target = into.position();
    long end = from + into.remaining();
    LongStream slices = LongStream.range(from / SLICE, Math.ceilDiv(end, SLICE));
    (into.remaining() > SLICE ? slices.parallel() : slices)
        .forEach(
            slice -> {
              long start = Math.max(from, slice * SLICE);
              long stop = Math.min(end, (slice + 1) * SLICE);
              long first = start / size;
              int count = (int) (Math.ceilDiv(stop, size) - first);
              byte[] raw = new byte[count * type.blockBytes()];
              MemorySegment.copy(bytes, JAVA_BYTE, first * type.blockBytes(), raw, 0, raw.length);
              float[] values = new float[count * size];
              for (int i = 0; i < count; i++) {
                block.widen(raw, i * type.blockBytes(), values, i * size);
              }
              into.put(
                  (int) (target + start - from),
                  values,
                  (int) (start - first * size),
                  (int) (stop - start));
            });
  }

  private static Block block(StoredType type) {
    return switch (type) {
      case Q8_0 -> GgufBlocks::q8x0;
      case Q4_0 -> GgufBlocks::q4x0;
      case Q4_1 -> GgufBlocks::q4x1;
      case Q5_0 -> GgufBlocks::q5x0;
      case Q5_1 -> GgufBlocks::q5x1;
      case Q4_K -> GgufBlocks::q4k;
      case Q5_K -> GgufBlocks::q5k;
      case Q6_K -> GgufBlocks::q6k;
      default -> throw new IllegalArgumentException(type + " is not stored in blocks");
    };
  }

  /** Scale d, 32 signed bytes q: d·q. */
  private static void q8x0(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = d * raw[at + 2 + i];
    }
  }

  /** Scale d, 32 nibbles q (low nibbles first): d·(q − 8). */
  private static void q4x0(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    for (int i = 0; i < 16; i++) {
      int pair = raw[at + 2 + i];
      out[to + i] = d * ((pair & 15) - 8);
      out[to + 16 + i] = d * ((pair >> 4 & 15) - 8);
    }
  }

  /** Scale d, minimum m, 32 nibbles q: d·q + m. */
  private static void q4x1(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    float m = half(raw, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = raw[at + 4 + i];
      out[to + i] = d * (pair & 15) + m;
      out[to + 16 + i] = d * (pair >> 4 & 15) + m;
    }
  }

  /** Scale d, 32 fifth bits, 32 nibbles: d·(q − 16). */
  private static void q5x0(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    int high = int32(raw, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = raw[at + 6 + i];
      out[to + i] = d * (((pair & 15) | (high >> i & 1) << 4) - 16);
      out[to + 16 + i] = d * (((pair >> 4 & 15) | (high >> (i + 16) & 1) << 4) - 16);
    }
  }

  /** Scale d, minimum m, 32 fifth bits, 32 nibbles: d·q + m. */
  private static void q5x1(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    float m = half(raw, at + 2);
    int high = int32(raw, at + 4);
    for (int i = 0; i < 16; i++) {
      int pair = raw[at + 8 + i];
      out[to + i] = d * ((pair & 15) | (high >> i & 1) << 4) + m;
      out[to + 16 + i] = d * ((pair >> 4 & 15) | (high >> (i + 16) & 1) << 4) + m;
    }
  }

  /**
   * Scales d and dMin, then for each of 8 groups of 32 a 6-bit scale s and minimum m, then nibbles:
   * (d·s)·q − (dMin·m). Groups 2g and 2g+1 are the low and high nibbles of the same 32 bytes.
   */
  private static void q4k(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    float dMin = half(raw, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(raw, at + 4, group);
      float minimum = dMin * minimum(raw, at + 4, group);
      int from = at + 16 + (group >> 1) * 32;
      int shift = (group & 1) * 4;
      for (int i = 0; i < 32; i++) {
        out[to + group * 32 + i] = scale * (raw[from + i] >> shift & 15) - minimum;
      }
    }
  }

  /** As {@link #q4k}, with a fifth bit: bit {@code group} of 32 bytes before the nibbles. */
  private static void q5k(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at);
    float dMin = half(raw, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(raw, at + 4, group);
      float minimum = dMin * minimum(raw, at + 4, group);
      int high = at + 16;
      int from = at + 48 + (group >> 1) * 32;
      int shift = (group & 1) * 4;
      for (int i = 0; i < 32; i++) {
        int q = (raw[from + i] >> shift & 15) | (raw[high + i] >> group & 1) << 4;
        out[to + group * 32 + i] = scale * q - minimum;
      }
    }
  }

  /**
   * 256 low nibbles, 256 upper pairs of bits, 16 signed scales s of 16 elements each, scale d:
   * (d·s)·(q − 32). Each half of 128 has 4 groups of 32: two in the low nibbles of its 64 bytes,
   * two in the high ones, and its upper bits in 32 bytes, two bits a group.
   */
  private static void q6k(byte[] raw, int at, float[] out, int to) {
    float d = half(raw, at + 208);
    for (int group = 0; group < 8; group++) {
      int half = group >> 2;
      int quarter = group & 3;
      int low = at + half * 64 + (quarter & 1) * 32;
      int lowShift = (quarter >> 1) * 4;
      int high = at + 128 + half * 32;
      int highShift = quarter * 2;
      for (int part = 0; part < 2; part++) {
        float scale = d * raw[at + 192 + group * 2 + part];
        for (int i = part * 16; i < part * 16 + 16; i++) {
          int q = (raw[low + i] >> lowShift & 15) | (raw[high + i] >> highShift & 3) << 4;
          out[to + group * 32 + i] = scale * (q - 32);
        }
      }
    }
  }

  /** The 6-bit scale of a group among the 12 bytes at {@code at} that hold 8 scales, 8 minima. */
  private static int scale(byte[] raw, int at, int group) {
    return group < 4
        ? raw[at + group] & 63
        : (raw[at + group + 4] & 15) | (raw[at + group - 4] >> 6 & 3) << 4;
  }

  private static int minimum(byte[] raw, int at, int group) {
    return group < 4
        ? raw[at + 4 + group] & 63
        : (raw[at + group + 4] >> 4 & 15) | (raw[at + group] >> 6 & 3) << 4;
  }

  private static float half(byte[] raw, int at) {
    return Float.float16ToFloat((short) ((raw[at] & 255) | raw[at + 1] << 8));
  }

  private static int int32(byte[] raw, int at) {
    return (raw[at] & 255)
        | (raw[at + 1] & 255) << 8
        | (raw[at + 2] & 255) << 16
        | raw[at + 3] << 24;
  }
}
