package circuitscope.models.checkpoint;

import java.util.Arrays;

/** The dimensions of a tensor, outermost first; no dimensions is a scalar. Compared by value. */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record TensorShape(long... dims) {

  /**
   * @throws IllegalArgumentException if a dimension is negative
   */
  public TensorShape {
    dims = dims.clone();
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
    }
  }

  @Override
  public long[] dims() {
    return dims.clone();
  }

  public int rank() {
    return dims.length;
  }

  public long dim(int axis) {
    return dims[axis];
  }

  /**
   * The product of the dimensions, 1 for a scalar.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long elements() {
    long product = 1;
    for (long dim : dims) {
      if (dim == 0) {
        return 0;
      }
    }
    for (long dim : dims) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorShape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As in {@code [3, 4]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
