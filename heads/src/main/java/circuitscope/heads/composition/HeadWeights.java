package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The four matrices of one head in FP64, vectors standing to their left: q = x·W_Q, result = z·W_O
 * (Elhage et al. 2021, transposed). What is left out: {@link LayerFactors}.
 *
 * @param q W_Q {@code [dModel, dHead]}
 * @param k W_K likewise; under grouped-query attention that of the head's group
 * @param v W_V likewise
 * @param o W_O {@code [dHead, dModel]}
 */
public record HeadWeights(
    HeadName name, DMatrixRMaj q, DMatrixRMaj k, DMatrixRMaj v, DMatrixRMaj o) {

  /**
   * A head's matrices.
   *
   * @param foldNorm whether the gains of the norms beside them are folded in
   * @throws IllegalArgumentException for a head that the model does not have
   */
  public static HeadWeights of(Model model, HeadName name, boolean foldNorm) {
    name.checked(model.spec());
    try (NDManager scope = model.newManager()) {
      LayerFactors layer = LayerFactors.of(model, name.layer(), foldNorm, scope);
      return new HeadWeights(
          name,
          matrix(layer.q(), name.head()),
          matrix(layer.k(), name.head()),
          matrix(layer.v(), name.head()),
          matrix(layer.o(), name.head()));
    }
  }

  /** What the head moves: OV = W_V·W_O, {@code [dModel, dModel]}. */
  public FactoredMatrix ov() {
    return new FactoredMatrix(v, o);
  }

  /** What the head looks for: QK = W_Q·W_Kᵀ, {@code [dModel of query, dModel of key]}. */
  public FactoredMatrix qk() {
    return new FactoredMatrix(q, CommonOps_DDRM.transpose(k, null));
  }

  /** One matrix of {@code [head, rows, columns]}. */
  private static DMatrixRMaj matrix(NDArray heads, int head) {
    try (NDArray one = heads.get(new NDIndex("{}", head));
        NDArray wide = one.toType(DataType.FLOAT64, true)) {
      return DMatrixRMaj.wrap(
          (int) wide.getShape().get(0), (int) wide.getShape().get(1), wide.toDoubleArray());
    }
  }
}
