package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.TensorShape;
import java.util.BitSet;

/**
 * The kept weights of one parameter.
 *
 * @param name the Hugging Face name of the parameter
 * @param shape as the parameter is stored: {@code [out, in]}, or {@code [in, out]} for GPT-2's
 *     Conv1D; one dimension for a bias or a norm
 * @param kept one bit a weight in row-major order; set bits are kept, the others become zero
 */
public record MaskMatrix(String name, TensorShape shape, BitSet kept) {

  /**
   * @throws MaskException if {@code kept} has bits outside the shape, or the parameter has more
   *     than 2³¹ − 1 weights
   */
  public MaskMatrix {
    if (shape.rank() < 1 || shape.rank() > 2) {
      throw new MaskException(
          "'%s' has shape %s, and masks are of matrices and vectors".formatted(name, shape));
    }
    long size = size(name, shape);
    kept = (BitSet) kept.clone();
    if (kept.length() > size) {
      throw new MaskException(
          "'%s' of shape %s has %d weights, and its mask keeps number %d"
              .formatted(name, shape, size, kept.length() - 1));
    }
  }

  /** A mask of a matrix. */
  public MaskMatrix(String name, int rows, int columns, BitSet kept) {
    this(name, new TensorShape(rows, columns), kept);
  }

  static int size(String name, TensorShape shape) {
    try {
      return Math.toIntExact(shape.elements());
    } catch (ArithmeticException e) {
      throw new MaskException(
          "'%s' of shape %s has more weights than a mask can hold".formatted(name, shape), e);
    }
  }

  /** A copy of the bits. */
  @Override
  public BitSet kept() {
    return (BitSet) kept.clone();
  }

  /** The bits themselves, which must stay as they are. */
  BitSet bits() {
    return kept;
  }

  /** Rows as stored; the length of a vector. */
  public int rows() {
    return Math.toIntExact(shape.dim(0));
  }

  /** Columns as stored; 1 for a vector. */
  public int columns() {
    return shape.rank() == 1 ? 1 : Math.toIntExact(shape.dim(1));
  }

  public boolean keeps(int row, int column) {
    return kept.get(row * columns() + column);
  }

  /** Kept weights. */
  public int active() {
    return kept.cardinality();
  }

  /** All weights. */
  public int total() {
    return size(name, shape);
  }

  /** The same matrix with other weights kept. */
  MaskMatrix keeping(BitSet other) {
    return new MaskMatrix(name, shape, other);
  }

  @Override
  public String toString() {
    return "%s %s keeps %d of %d".formatted(name, shape, active(), total());
  }
}
