package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.geometry.DenseAlgebra;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * Σλ/Σ|λ| of products Y·X, {@code Y [dHead, dModel]} and {@code X [dModel, dHead]}, and what it
 * would be were Y turned at random in the residual stream: Y = C·Q with orthonormal rows Q, of
 * which each draw takes fresh ones, uniform over all frames and shared by all heads.
 */
final class RotatedSpectra {
  private final List<NDArray> frames = new ArrayList<>(); // [dHead, dModel]

  /** Draws the frames, which {@code scope} owns. */
  RotatedSpectra(int draws, int dHead, int dModel, long seed, DataType type, NDManager scope) {
    Random random = new Random(seed);
    for (int draw = 0; draw < draws; draw++) {
      DMatrixRMaj frame = frame(dModel, dHead, random);
      try (NDArray columns = scope.create(frame.data, new Shape(dModel, dHead));
          NDArray rows = columns.transpose()) {
        frames.add(rows.toType(type, true));
      }
    }
  }

  /** Orthonormal columns, uniform: Q of a Gaussian matrix, signs such that R's diagonal is > 0. */
  static DMatrixRMaj frame(int rows, int columns, Random random) {
    DMatrixRMaj gaussian = new DMatrixRMaj(rows, columns);
    RandomMatrices_DDRM.fillGaussian(gaussian, 0, 1, random);
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(rows, columns);
    if (!qr.decompose(gaussian)) {
      throw new ArithmeticException("random columns that depend on each other");
    }
    DMatrixRMaj q = qr.getQ(null, true);
    DMatrixRMaj r = qr.getR(null, true);
    for (int column = 0; column < columns; column++) {
      if (r.get(column, column) < 0) {
        for (int row = 0; row < rows; row++) {
          q.set(row, column, -q.get(row, column));
        }
      }
    }
    return q;
  }

  /**
   * Each head's score beside its draws.
   *
   * @param y {@code [head, dHead, dModel]}
   * @param x {@code [head, dModel, dHead]}
   */
  List<EigenvalueScore> scores(NDArray y, NDArray x) {
    double[] actual = shares(y.matMul(x));
    NDArray c = Collapsed.roots(Collapsed.gram(y.transpose(0, 2, 1)));
    NDArray narrow = c.toType(x.getDataType(), false);
    double[][] drawn = new double[frames.size()][];
    for (int draw = 0; draw < drawn.length; draw++) {
      drawn[draw] = shares(narrow.matMul(frames.get(draw).expandDims(0).matMul(x)));
    }
    return IntStream.range(0, actual.length)
        .mapToObj(
            head ->
                EigenvalueScore.of(
                    actual[head], Arrays.stream(drawn).mapToDouble(one -> one[head]).toArray()))
        .toList();
  }

  /** Σ Re λ / Σ |λ| of each of {@code [head, dHead, dHead]}; 0 where there is nothing. */
  static double[] shares(NDArray square) {
    int heads = (int) square.getShape().get(0);
    int e = (int) square.getShape().get(1);
    double[] values = square.toType(DataType.FLOAT64, false).toDoubleArray();
    return IntStream.range(0, heads)
        .parallel()
        .mapToDouble(
            head -> {
              double[] one = Arrays.copyOfRange(values, head * e * e, (head + 1) * e * e);
              return share(DenseAlgebra.of(e).eigenvalues(one, e));
            })
        .toArray();
  }

  static double share(DenseAlgebra.Spectrum spectrum) {
    double sum = 0;
    double moduli = 0;
    for (int i = 0; i < spectrum.real().length; i++) {
      sum += spectrum.real()[i];
      moduli += Math.hypot(spectrum.real()[i], spectrum.imaginary()[i]);
    }
    return moduli > 0 ? sum / moduli : 0;
  }
}
