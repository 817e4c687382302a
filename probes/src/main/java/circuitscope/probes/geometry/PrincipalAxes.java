package circuitscope.probes.geometry;

import java.util.Arrays;

/**
 * Leading directions of a cloud of many observations, from its second moments.
 *
 * @param axes {@code [component][dModel]}, of unit length. Signs are free; each is chosen so that
 *     the axis's largest loading is positive
 * @param explained by component: its share of the variance
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record PrincipalAxes(double[][] axes, double[] explained) {

  /**
   * The first axes.
   *
   * @param gram centred XᵀX, row-major {@code [d, d]}
   */
  static PrincipalAxes of(double[] gram, int d, int components) {
    DenseAlgebra.Eigen eigen = DenseAlgebra.of(d).symmetric(gram, d);
    double total = Subspaces.trace(gram, d);
    double[][] axes = new double[Math.min(components, d)][];
    double[] explained = new double[axes.length];
    for (int c = 0; c < axes.length; c++) {
      axes[c] = Arrays.copyOfRange(eigen.vectors(), c * d, (c + 1) * d);
      explained[c] = total == 0 ? 0 : Math.max(0, eigen.values()[c]) / total;
      int largest = 0;
      for (int i = 1; i < d; i++) {
        largest = Math.abs(axes[c][i]) > Math.abs(axes[c][largest]) ? i : largest;
      }
      if (axes[c][largest] < 0) {
        axes[c] = Arrays.stream(axes[c]).map(value -> -value).toArray();
      }
    }
    return new PrincipalAxes(axes, explained);
  }

  /** Where a centred point lies, {@code [component]}. */
  double[] project(double[] point) {
    return Arrays.stream(axes)
        .mapToDouble(
            axis -> {
              double sum = 0;
              for (int i = 0; i < axis.length; i++) {
                sum += point[i] * axis[i];
              }
              return sum;
            })
        .toArray();
  }
}
