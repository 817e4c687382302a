package circuitscope.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Looks for NaN and infinite weights among values that were just read, while they are still in the
 * cache. One scan serves one load, and all its threads.
 */
public final class WeightScan {
  /** The exponents of two FP32 numbers, and their lowest bits. */
  private static final long EXPONENTS = 0x7f80_0000_7f80_0000L;

  private static final long ONES = 0x0080_0000_0080_0000L;

  /** The exponents of four FP16 numbers, and their lowest bits. */
  private static final long HALF_EXPONENTS = 0x7c00_7c00_7c00_7c00L;

  private static final long HALF_ONES = 0x0400_0400_0400_0400L;

  private static final int BLOCK = 4096;
  private static final int MOST_NAMED = 8;

  private final Map<String, Long> firstBad = new LinkedHashMap<>();

  /**
   * A tensor with bad values.
   *
   * @param tensor its name
   * @param firstElement row-major index of its first NaN or infinite element
   */
  public record Finding(String tensor, long firstElement) {}

  /**
   * Examines {@code widened} from its position to its limit, the elements of {@code tensor} from
   * {@code from} on. The buffer is left as it is.
   */
  public void examine(StoredTensor tensor, long from, FloatBuffer widened) {
    FloatBuffer values = widened.duplicate();
    float[] block = new float[Math.min(BLOCK, values.remaining())];
    long at = from;
    while (values.hasRemaining()) {
      int length = Math.min(BLOCK, values.remaining());
      values.get(block, 0, length);
      examine(tensor.name(), at, block, length);
      at += length;
    }
  }

  /** Examines the first {@code length} of {@code values}, the elements from {@code from} on. */
  void examine(String tensor, long from, float[] values, int length) {
    if (mayBeBad(MemorySegment.ofArray(values), (long) length * Float.BYTES, EXPONENTS, ONES)) {
      for (int i = 0; i < length; i++) {
        if (!Float.isFinite(values[i])) {
          found(tensor, from + i);
          return;
        }
      }
    }
  }

  /** Examines FP16 numbers as they are stored. */
  void examine(String tensor, long from, short[] halves, int length) {
    if (mayBeBad(
        MemorySegment.ofArray(halves), (long) length * Short.BYTES, HALF_EXPONENTS, HALF_ONES)) {
      for (int i = 0; i < length; i++) {
        if (!Float.isFinite(Float.float16ToFloat(halves[i]))) {
          found(tensor, from + i);
          return;
        }
      }
    }
  }

  /**
   * Whether an exponent of the first {@code bytes} has all bits set, as those of infinity and NaN
   * have, or the bytes do not fill whole longs. Adding 1 to such an exponent carries into the sign,
   * which was masked out, and not beyond: a long is looked at as a whole, which is ten times as
   * fast as a number at a time.
   *
   * @param exponents the exponent bits of the numbers in a long
   * @param ones the lowest of those bits
   */
  private static boolean mayBeBad(MemorySegment numbers, long bytes, long exponents, long ones) {
    long carried = 0;
    for (long at = 0; at <= bytes - Long.BYTES; at += Long.BYTES) {
      carried |= (numbers.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & exponents) + ones;
    }
    long signs = (exponents << 1) & ~exponents;
    return (carried & signs) != 0 || bytes % Long.BYTES != 0;
  }

  private synchronized void found(String tensor, long element) {
    firstBad.merge(tensor, element, Math::min);
  }

  /** What was found, a tensor once, in the order of examination. */
  public synchronized List<Finding> findings() {
    return firstBad.entrySet().stream()
        .map(bad -> new Finding(bad.getKey(), bad.getValue()))
        .toList();
  }

  /**
   * Refuses the weights if anything was found.
   *
   * @param location of the checkpoint, for the message
   * @throws CheckpointException naming the tensors and their first bad elements
   */
  public void refuseFindings(Path location) {
    List<Finding> findings = findings();
    if (findings.isEmpty()) {
      return;
    }
    String named =
        findings.stream()
            .limit(MOST_NAMED)
            .map(found -> "'%s' (element %d)".formatted(found.tensor(), found.firstElement()))
            .collect(Collectors.joining(", "));
    String more =
        findings.size() > MOST_NAMED ? " and %d more".formatted(findings.size() - MOST_NAMED) : "";
    throw new CheckpointException(
        location,
        "has NaN or infinite weights in %s%s; the training diverged or the file is damaged"
            .formatted(named, more));
  }
}
