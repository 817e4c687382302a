package circuitscope.probes.model;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/** Where the parameters of a model come from: a checkpoint, or a random generator. */
interface WeightSource {
  /**
   * The parameter of a slot, on the manager's device.
   *
   * @param layer the layer, −1 outside the layers
   * @return null where the model has none
   */
  @Nullable Weight load(Slot slot, int layer, NDManager manager);
}
