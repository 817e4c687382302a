package circuitscope.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;

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
    Widening.widen(type, bytes, from, into);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, shape);
  }
}
