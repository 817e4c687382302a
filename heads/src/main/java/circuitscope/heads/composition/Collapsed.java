package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * One side of many products, each collapsed to the d_head-wide factor that stands towards the
 * residual stream: in ‖X·Yᵀ·Z‖ with Y, Z of dModel rows, Y is replaced by Y·C with C·Cᵀ = XᵀX,
 * which leaves the norm as it is and X (of dModel or more rows) out.
 *
 * @param factor {@code [head, dModel, dHead]}
 * @param squared ‖·‖_F² of each head's product
 * @param participation Σσ⁴/(Σσ²)² of it; NaN where it is 0
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Collapsed(NDArray factor, double[] squared, double[] participation) {
  /** Rounding of FP64 sums over the rows of a Gram matrix. */
  private static final double VANISHED = 1e-14;

  /**
   * Collapses X·Yᵀ (or Y·Xᵀ).
   *
   * @param inner XᵀX {@code [head, dHead, dHead]} in FP64
   * @param outer Y {@code [head, dModel, dHead]}
   */
  static Collapsed of(NDArray inner, NDArray outer) {
    int heads = (int) inner.getShape().get(0);
    int e = (int) inner.getShape().get(1);
    NDArray c = roots(inner);
    NDArray factor = outer.matMul(c.toType(outer.getDataType(), true));
    NDArray product = c.transpose(0, 2, 1).matMul(gram(outer)).matMul(c); // its eigenvalues: σ²
    double[] fourth = product.square().sum(new int[] {1, 2}).toDoubleArray();
    double[] values = product.toDoubleArray();
    double[] squared = new double[heads];
    double[] participation = new double[heads];
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < e; i++) {
        squared[h] += values[h * e * e + i * e + i];
      }
      participation[h] = fourth[h] / (squared[h] * squared[h]);
    }
    return new Collapsed(factor, squared, participation);
  }

  /** YᵀY of each head in FP64, {@code [head, dHead, dHead]}. */
  static NDArray gram(NDArray y) {
    NDArray wide = y.toType(DataType.FLOAT64, false);
    return wide.transpose(0, 2, 1).matMul(wide);
  }

  /** C with C·Cᵀ = G of each head, {@code [head, dHead, dHead]}. */
  static NDArray roots(NDArray grams) {
    int e = (int) grams.getShape().get(1);
    double[] values = grams.toDoubleArray();
    double[] roots = new double[values.length];
    for (int at = 0; at < roots.length; at += e * e) {
      root(values, roots, at, e);
    }
    return grams.getManager().create(roots, grams.getShape());
  }

  /**
   * C with C·Cᵀ = G by Cholesky, for a semidefinite G: where a pivot vanishes, so does its column.
   */
  private static void root(double[] g, double[] c, int at, int e) {
    double largest = 0;
    for (int i = 0; i < e; i++) {
      largest = Math.max(largest, g[at + i * e + i]);
    }
    for (int j = 0; j < e; j++) {
      double pivot = g[at + j * e + j] - dot(c, at + j * e, at + j * e, j);
      if (pivot <= VANISHED * largest) {
        continue;
      }
      double diagonal = Math.sqrt(pivot);
      c[at + j * e + j] = diagonal;
      for (int i = j + 1; i < e; i++) {
        c[at + i * e + j] = (g[at + i * e + j] - dot(c, at + i * e, at + j * e, j)) / diagonal;
      }
    }
  }

  private static double dot(double[] c, int one, int other, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += c[one + i] * c[other + i];
    }
    return sum;
  }
}
