package circuitscope.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** A tensor of plain numbers that lie in one row-major, little-endian stretch of memory. */
public record MappedTensor(String name, StoredType type, TensorShape shape, MemorySegment bytes)
    implements StoredTensor {

  public MappedTensor {
    if (type.isBlocked()) {
      throw new IllegalArgumentException(type + " is stored in blocks, not as plain numbers");
    }
    long expected = type.bytesFor(shape.elements());
    if (bytes.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s %s takes %d bytes, got %d"
              .formatted(name, type, shape, expected, bytes.byteSize()));
    }
    bytes = bytes.asReadOnly();
  }

  @Override
  public void widen(long from, FloatBuffer into) {
    Widening.widen(type, bytes, from, into, Widening.UNSEEN);
  }

  @Override
  public void widen(long from, FloatBuffer into, WeightScan scan) {
    Widening.widen(
        type,
        bytes,
        from,
        into,
        (at, values, length) -> scan.examine(name, from + at, values, length));
  }

  /**
   * Fills {@code into}, which is in native order, from its position to its limit with the elements
   * from {@code from} on, as they are stored, and tells {@code scan} of what is not finite.
   *
   * @throws IllegalStateException if the elements are not FP16
   * @throws IndexOutOfBoundsException if the tensor has fewer elements than that
   */
  public void copyHalves(long from, ShortBuffer into, WeightScan scan) {
    if (type != StoredType.F16) {
      throw new IllegalStateException("tensor '%s' holds %s, not F16".formatted(name, type));
    }
    Widening.copyHalves(
        bytes, from, into, (at, halves, length) -> scan.examine(name, from + at, halves, length));
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, shape);
  }
}
