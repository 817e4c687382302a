package circuitscope.models.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks for NaN and infinite weights among values that were just widened, while they are still in
 * the cache. One scan serves one load; it may be fed from one thread at a time.
 */
public final class WeightScan {
  private static final int INFINITY_BITS = 0x7f800000;
  private static final int MAGNITUDE_BITS = 0x7fffffff;
  private static final int BLOCK = 4096;
  private static final int MOST_NAMED = 8;

  private final List<Finding> findings = new ArrayList<>();
  private final float[] block = new float[BLOCK];

  /**
   * A stretch with bad values.
   *
   * @param tensor its name
   * @param firstElement row-major index of the first NaN or infinite element
   */
  public record Finding(String tensor, long firstElement) {}

  /**
   * Examines {@code widened} from its position to its limit, the elements of {@code tensor} from
   * {@code from} on. The buffer is left as it is.
   */
  public void examine(StoredTensor tensor, long from, FloatBuffer widened) {
    FloatBuffer values = widened.duplicate();
    long at = from;
    while (values.hasRemaining()) {
      int length = Math.min(BLOCK, values.remaining());
      values.get(block, 0, length);
      if (largestMagnitudeBits(block, length) >= INFINITY_BITS) {
        findings.add(new Finding(tensor.name(), at + firstBad(block, length)));
        return;
      }
      at += length;
    }
  }

  /** The bits of finite magnitudes are below those of infinity, and those of NaN above. */
  private static int largestMagnitudeBits(float[] floats, int length) {
    int largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(floats[i]) & MAGNITUDE_BITS);
    }
    return largest;
  }

  private static int firstBad(float[] floats, int length) {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(floats[i])) {
        return i;
      }
    }
    return length;
  }

  /** What was found, in the order of examination; at most one a stretch. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Refuses the weights if anything was found.
   *
   * @param location of the checkpoint, for the message
   * @throws CheckpointException naming the tensors and their first bad elements
   */
  public void refuseFindings(Path location) {
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
