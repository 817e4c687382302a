package circuitscope.models.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * A tensor whose elements lie scattered in a storage (a transposed or sliced view that was saved as
 * it was). It is made row-major each time it is read.
 */
final class StridedTensor implements StoredTensor {
  private final String name;
  private final StoredType type;
  private final TensorShape shape;
  private final MemorySegment storage;
  private final long offset;
  private final long[] strides;

  /**
   * @param offset of the first element, in elements
   * @param strides by axis, in elements; every element lies inside the storage
   */
  StridedTensor(
      String name,
      StoredType type,
      TensorShape shape,
      MemorySegment storage,
      long offset,
      long[] strides) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.storage = storage;
    this.offset = offset;
    this.strides = strides;
  }

  /** The tensor under a name: plainly mapped if its elements are row-major as they lie. */
  StoredTensor named(String given) {
    long expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides[axis] != expected && shape.elements() > 0) {
        return new StridedTensor(given, type, shape, storage, offset, strides);
      }
      expected *= shape.dim(axis);
    }
    long width = type.blockBytes();
    return new MappedTensor(
        given, type, shape, storage.asSlice(offset * width, shape.elements() * width));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StoredType type() {
    return type;
  }

  @Override
  public TensorShape shape() {
    return shape;
  }

  @Override
  public MemorySegment bytes() {
    return gather(0, shape.elements()).asReadOnly();
  }

  @Override
  public void widen(long from, FloatBuffer into) {
    Objects.checkFromIndexSize(from, into.remaining(), shape.elements());
    Widening.widen(type, gather(from, into.remaining()), 0, into, Widening.UNSEEN);
  }

  /** Elements {@code from} to {@code from + count} in row-major order. */
  private MemorySegment gather(long from, long count) {
    int width = type.blockBytes();
    MemorySegment target = Arena.ofAuto().allocate(Math.max(1, count * width), width);
    long[] index = new long[shape.rank()];
    long source = offset;
    long rest = from;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
      source += index[axis] * strides[axis];
    }
    for (long i = 0; i < count; i++) {
      MemorySegment.copy(storage, source * width, target, i * width, width);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        source += strides[axis];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        source -= shape.dim(axis) * strides[axis];
        index[axis] = 0;
      }
    }
    return target.asSlice(0, count * width);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, shape);
  }
}
