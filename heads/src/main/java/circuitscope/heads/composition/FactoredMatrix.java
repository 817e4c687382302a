package circuitscope.heads.composition;

import circuitscope.probes.geometry.DenseAlgebra;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * A product A·B of inner width e, never multiplied out: a head's circuits have dModel (or vocab)
 * rows and columns, but no more than dHead of anything to know.
 *
 * <p>Norm, eigenvalues and singular values come from e × e matrices: ‖AB‖² = Σ (AᵀA)∘(BBᵀ); the
 * nonzero eigenvalues of AB are those of BA; with A = Q·R and Bᵀ = Q′·R′ the singular values are
 * those of R·R′ᵀ. All FP64.
 *
 * @param a {@code [m, e]}; owned by the record, as is
 * @param b {@code [e, n]}
 */
public record FactoredMatrix(DMatrixRMaj a, DMatrixRMaj b) {

  public FactoredMatrix {
    if (a.numCols != b.numRows) {
      throw new IllegalArgumentException(
          "factors of [%d, %d] and [%d, %d]: the inner widths %d and %d differ"
              .formatted(a.numRows, a.numCols, b.numRows, b.numCols, a.numCols, b.numRows));
    }
  }

  /** ‖AB‖_F. */
  public double frobenius() {
    DMatrixRMaj left = new DMatrixRMaj(a.numCols, a.numCols);
    CommonOps_DDRM.multTransA(a, a, left);
    DMatrixRMaj right = new DMatrixRMaj(b.numRows, b.numRows);
    CommonOps_DDRM.multTransB(b, b, right);
    double sum = 0;
    for (int i = 0; i < left.data.length; i++) {
      sum += left.data[i] * right.data[i];
    }
    return Math.sqrt(Math.max(0, sum)); // rounding may leave a vanishing product below 0
  }

  /**
   * The e eigenvalues that need not be 0, in no particular order.
   *
   * @throws IllegalStateException when AB is not square
   */
  public DenseAlgebra.Spectrum eigenvalues() {
    if (a.numRows != b.numCols) {
      throw new IllegalStateException(
          "a matrix of [%d, %d] has no eigenvalues".formatted(a.numRows, b.numCols));
    }
    int e = a.numCols;
    DMatrixRMaj turned = new DMatrixRMaj(e, e);
    CommonOps_DDRM.mult(b, a, turned);
    return DenseAlgebra.of(e).eigenvalues(turned.data, e);
  }

  /** The singular values that need not be 0, largest first; at most e. */
  public double[] singularValues() {
    DMatrixRMaj bTransposed = new DMatrixRMaj(b.numCols, b.numRows);
    CommonOps_DDRM.transpose(b, bTransposed);
    DMatrixRMaj left = triangle(a); // [≤ e, e]
    DMatrixRMaj right = triangle(bTransposed);
    DMatrixRMaj middle = new DMatrixRMaj(left.numRows, right.numRows);
    CommonOps_DDRM.multTransB(left, right, middle);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(middle.numRows, middle.numCols, false, false, true);
    if (!svd.decompose(middle)) {
      throw new ArithmeticException(
          "the singular values of a %d × %d matrix were not found"
              .formatted(left.numRows, right.numRows));
    }
    double[] values = Arrays.copyOf(svd.getSingularValues(), svd.numberOfSingularValues());
    Arrays.sort(values);
    double[] descending = new double[values.length];
    Arrays.setAll(descending, i -> values[values.length - 1 - i]);
    return descending;
  }

  /** R of X = Q·R, without its rows of zeros. */
  private static DMatrixRMaj triangle(DMatrixRMaj x) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(x.numRows, x.numCols);
    qr.decompose(x.copy()); // false says that a column vanished, which does no harm here
    return qr.getR(null, true);
  }
}
