package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;

/** Changes of number format that gradients pass through, which {@code NDArray.toType} stops. */
public final class Casts {
  private static final PtSymbolBlock CAST = Steps.load("cast");

  private Casts() {}

  /** The array itself where it has that type, else a converted one that its manager owns. */
  public static NDArray to(NDArray x, DataType type) {
    if (x.getDataType() == type) {
      return x;
    }
    try (NDArray like = x.getManager().create(new Shape(0), type)) {
      return Steps.run(CAST, new NDList(x, like)).singletonOrThrow();
    }
  }
}
