package circuitscope.probes.geometry;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Principal components of a few observations of many variables, by the singular value decomposition
 * X = U Σ Vᵀ of the centred data.
 *
 * @param coordinates {@code [observation][component]}, U Σ. A component's sign is free; it is
 *     chosen so that the last observation is not below the first
 * @param explained by component: its share of the variance, largest first
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record PrincipalComponents(double[][] coordinates, double[] explained) {

  /**
   * The first components.
   *
   * @param data {@code [observation][variable]}, left as it is
   * @param components at most; centred data of n observations has n − 1
   * @throws IllegalArgumentException for fewer than two observations
   */
  public static PrincipalComponents of(float[][] data, int components) {
    int n = data.length;
    if (n < 2) {
      throw new IllegalArgumentException(
          "principal components need at least 2 observations, got %d".formatted(n));
    }
    int kept = Math.min(components, Math.min(n - 1, data[0].length));
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(n, data[0].length, true, false, true);
    if (!svd.decompose(centred(data))) {
      throw new ArithmeticException(
          "the singular values of %d × %d values were not found: the iteration did not converge"
              .formatted(n, data[0].length));
    }
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj sigma = svd.getW(null);
    SingularOps_DDRM.descendingOrder(u, false, sigma, null, false);
    double total = 0;
    for (int i = 0; i < Math.min(sigma.numRows, sigma.numCols); i++) {
      total += sigma.get(i, i) * sigma.get(i, i);
    }
    double[][] coordinates = new double[n][kept];
    double[] explained = new double[kept];
    for (int c = 0; c < kept; c++) {
      double value = sigma.get(c, c);
      double sign = u.get(n - 1, c) < u.get(0, c) ? -1 : 1;
      explained[c] = total == 0 ? 0 : value * value / total;
      for (int i = 0; i < n; i++) {
        coordinates[i][c] = sign * u.get(i, c) * value;
      }
    }
    return new PrincipalComponents(coordinates, explained);
  }

  /** Without each variable's mean over observations. */
  private static DMatrixRMaj centred(float[][] data) {
    DMatrixRMaj x = new DMatrixRMaj(data.length, data[0].length);
    for (int variable = 0; variable < x.numCols; variable++) {
      double mean = 0;
      for (float[] observation : data) {
        mean += observation[variable] / data.length;
      }
      for (int i = 0; i < data.length; i++) {
        x.set(i, variable, data[i][variable] - mean);
      }
    }
    return x;
  }
}
