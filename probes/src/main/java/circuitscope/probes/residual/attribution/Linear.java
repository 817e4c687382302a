package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Weight;

/** Matrices in FP32, and directions carried backwards through them. */
final class Linear {
  private Linear() {}

  /** The value in FP32, the same array where it is; owned by {@code scope} where it is new. */
  static NDArray wide(NDArray value, NDManager scope) {
    NDArray wide = value.toType(DataType.FLOAT32, false);
    if (wide != value) {
      wide.attach(scope);
    }
    return wide;
  }

  /**
   * The direction before y = x·W that does to x what {@code direction} does to y.
   *
   * @param direction {@code [row, out]}
   * @return {@code [row, in]}, owned by {@code scope}
   */
  static NDArray back(NDArray direction, Weight weight, NDManager scope) {
    NDArray matrix = wide(weight.array(), scope);
    NDArray outIn = weight.inOut() ? matrix.transpose() : matrix;
    NDArray before = direction.matMul(outIn);
    before.attach(scope);
    if (outIn != matrix) {
      outIn.close();
    }
    return before;
  }

  /** A second handle on the same memory, whose results {@code scope} owns. */
  static NDArray in(NDArray value, NDManager scope) {
    NDArray handle = value.reshape(value.getShape());
    handle.attach(scope);
    return handle;
  }

  /** Row by row products, {@code [row]}, owned by the left one's manager. */
  static NDArray dot(NDArray left, NDArray right) {
    return left.mul(right).sum(new int[] {-1});
  }
}
