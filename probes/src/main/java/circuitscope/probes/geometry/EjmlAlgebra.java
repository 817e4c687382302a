package circuitscope.probes.geometry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** {@link DenseAlgebra} in plain Java; each call uses one thread. */
enum EjmlAlgebra implements DenseAlgebra {
  INSTANCE;

  @Override
  public double[] ridge(double[] a, double[] b, double penalty, int d) {
    DMatrixRMaj penalised = new DMatrixRMaj(d, d, true, a);
    for (int i = 0; i < d; i++) {
      penalised.add(i, i, penalty);
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(d);
    if (!solver.setA(penalised)) {
      throw new ArithmeticException(
          "a matrix of second moments with penalty %s is not positive definite".formatted(penalty));
    }
    DMatrixRMaj solution = new DMatrixRMaj(d, d);
    solver.solve(DMatrixRMaj.wrap(d, d, b), solution);
    return solution.data;
  }

  @Override
  public Spectrum eigenvalues(double[] a, int d) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        decomposed(DecompositionFactory_DDRM.eig(d, false, false), a, d);
    double[] real = new double[d];
    double[] imaginary = new double[d];
    for (int i = 0; i < d; i++) {
      Complex_F64 value = eigen.getEigenvalue(i);
      real[i] = value.real;
      imaginary[i] = value.imaginary;
    }
    return new Spectrum(real, imaginary);
  }

  @Override
  public Direction leading(double[] a, int d) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        decomposed(DecompositionFactory_DDRM.eig(d, true, true), a, d);
    int largest = 0;
    for (int i = 1; i < d; i++) {
      largest = eigen.getEigenvalue(i).real > eigen.getEigenvalue(largest).real ? i : largest;
    }
    return new Direction(
        eigen.getEigenvalue(largest).real, eigen.getEigenVector(largest).getData().clone());
  }

  @Override
  public Eigen symmetric(double[] a, int d) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        decomposed(DecompositionFactory_DDRM.eig(d, true, true), a, d);
    int[] order =
        IntStream.range(0, d)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).real))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[d];
    double[] vectors = new double[d * d];
    for (int i = 0; i < d; i++) {
      values[i] = eigen.getEigenvalue(order[i]).real;
      System.arraycopy(eigen.getEigenVector(order[i]).getData(), 0, vectors, i * d, d);
    }
    return new Eigen(values, vectors);
  }

  @Override
  public double[] singularValues(double[] a, int d) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(d, d, false, false, true);
    if (!svd.decompose(new DMatrixRMaj(d, d, true, a))) {
      throw new ArithmeticException(
          "the singular values of a %d × %d matrix were not found: the iteration did not converge"
              .formatted(d, d));
    }
    double[] ascending = svd.getSingularValues().clone();
    Arrays.sort(ascending);
    return IntStream.range(0, d).mapToDouble(i -> ascending[d - 1 - i]).toArray();
  }

  private static EigenDecomposition_F64<DMatrixRMaj> decomposed(
      EigenDecomposition_F64<DMatrixRMaj> eigen, double[] a, int d) {
    if (!eigen.decompose(new DMatrixRMaj(d, d, true, a))) {
      throw new ArithmeticException(
          "the eigenvalues of a %d × %d matrix were not found: the iteration did not converge"
              .formatted(d, d));
    }
    return eigen;
  }
}
