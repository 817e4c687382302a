package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What a parameter becomes at the place where it is used. A soft weight mask, through which
 * gradients flow, is one of these; a hard mask is applied once, when the masked model is made.
 */
@FunctionalInterface
public interface WeightTransform {
  /** Parameters are used as they are. */
  WeightTransform NONE = (weight, scope) -> weight.array();

  /**
   * The array to use in place of the stored one.
   *
   * @param weight the stored parameter; its array belongs to the model
   * @param scope owner of every array made on the way
   * @return the stored array itself, or a new one of the same shape that {@code scope} owns
   */
  NDArray apply(Weight weight, NDManager scope);
}
