package circuitscope.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;

/**
 * One tensor as a checkpoint file stores it: memory-mapped, row-major, widened to FP32 when read.
 * Valid until its checkpoint is closed; may be read from any thread.
 */
public interface StoredTensor {
  /** The name in the file, unchanged. */
  String name();

  StoredType type();

  TensorShape shape();

  /** The stored bytes, read-only, little-endian: the very bytes that a digest is made of. */
  MemorySegment bytes();

  /**
   * Fills {@code into} from its position to its limit with the elements from {@code from} on, as
   * FP32. The buffer's position is left where it is. Large reads use several threads.
   *
   * @throws IndexOutOfBoundsException if the tensor has fewer elements than that
   */
  void widen(long from, FloatBuffer into);

  /** As above, and tells {@code scan} of what is not finite. */
  default void widen(long from, FloatBuffer into, WeightScan scan) {
    widen(from, into);
    scan.examine(this, from, into);
  }

  /**
   * All elements of an integer or boolean tensor, row-major.
   *
   * @throws IllegalStateException if the tensor is not integral
   * @throws ArithmeticException if there are more elements than an array holds
   */
  default long[] readLongs() {
    return Widening.longs(this);
  }
}
