package circuitscope.probes.geometry;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import circuitscope.probes.model.Steps;

/** {@link DenseAlgebra} by the engine's LAPACK: the step {@code linalg}, on the CPU in FP64. */
enum LapackAlgebra implements DenseAlgebra {
  INSTANCE;

  private static final PtSymbolBlock STEP = Steps.load("linalg");

  @Override
  public double[] ridge(double[] a, double[] b, double penalty, int d) {
    double[] penalised = a.clone();
    for (int i = 0; i < d; i++) {
      penalised[i * d + i] += penalty;
    }
    try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
      NDList solved =
          Steps.call(STEP, "solve", scope, matrix(penalised, d, scope), matrix(b, d, scope));
      double info = solved.get(1).getDouble();
      if (info != 0) {
        throw new ArithmeticException(
            "a matrix of second moments with penalty %s is not positive definite"
                .formatted(penalty));
      }
      return solved.get(0).toDoubleArray();
    }
  }

  @Override
  public Spectrum eigenvalues(double[] a, int d) {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
      NDList parts = Steps.call(STEP, "eigenvalues", scope, matrix(a, d, scope));
      return new Spectrum(parts.get(0).toDoubleArray(), parts.get(1).toDoubleArray());
    }
  }

  @Override
  public Direction leading(double[] a, int d) {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
      NDList first = Steps.call(STEP, "leading", scope, matrix(a, d, scope));
      return new Direction(first.get(0).getDouble(), first.get(1).toDoubleArray());
    }
  }

  @Override
  public Eigen symmetric(double[] a, int d) {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
      NDList parts = Steps.call(STEP, "symmetric", scope, matrix(a, d, scope));
      return new Eigen(parts.get(0).toDoubleArray(), parts.get(1).toDoubleArray());
    }
  }

  @Override
  public double[] singularValues(double[] a, int d) {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
      return Steps.call(STEP, "singular", scope, matrix(a, d, scope)).get(0).toDoubleArray();
    }
  }

  private static NDArray matrix(double[] values, int d, NDManager scope) {
    return scope.create(values, new Shape(d, d));
  }
}
