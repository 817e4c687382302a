package circuitscope.probes.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Fresh weights made on the device: matrices and embeddings normal with the config's {@code
 * initializer_range}, norms 1 (0 where 1 is added), biases 0. For benchmarks and controls.
 */
final class RandomWeights implements WeightSource {
  private final DecoderSpec spec;
  private final TensorMap map;
  private final Precision precision;
  private final float deviation;
  private final boolean tied;
  private @Nullable Weight embedding;

  RandomWeights(
      DecoderSpec spec,
      TensorMap map,
      Precision precision,
      double deviation,
      boolean tied,
      long seed) {
    this.spec = spec;
    this.map = map;
    this.precision = precision;
    this.deviation = (float) deviation;
    this.tied = tied;
    Engine.getEngine("PyTorch").setRandomSeed((int) seed);
  }

  @Override
  public @Nullable Weight load(Slot slot, int layer, NDManager manager) {
    if (slot == Slot.UNEMBED && tied) {
      return embedding;
    }
    String name = map.name(slot, layer);
    if (name == null) {
      return null;
    }
    boolean inOut = map.inOut().contains(slot);
    long[] dims = slot.shape(spec);
    Shape shape = inOut ? new Shape(dims[1], dims[0]) : new Shape(dims);
    DataType type = precision.dataType();
    NDArray array = draw(slot, shape, type, deviation, spec, manager);
    Weight weight = new Weight(name, array, inOut);
    if (slot == Slot.EMBED) {
      embedding = weight;
    }
    return weight;
  }

  /** A fresh parameter for a slot: normal, or what norms and biases begin with. */
  static NDArray draw(
      Slot slot, Shape shape, DataType type, float deviation, DecoderSpec spec, NDManager manager) {
    if (slot.bias()) {
      return manager.zeros(shape, type);
    }
    if (slot.normWeight()) {
      boolean aroundZero = spec.norm().kind() == Norm.Kind.RMS_PLUS_ONE;
      return aroundZero ? manager.zeros(shape, type) : manager.ones(shape, type);
    }
    try (NDArray wide = manager.randomNormal(0, deviation, shape, DataType.FLOAT32)) {
      return wide.toType(type, true);
    }
  }
}
