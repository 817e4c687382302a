package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the heads of one layer write into the stream and read from it, by mode, collapsed.
 *
 * @param writers the L of each mode, should the layer be the earlier one
 * @param readers the R of each mode, should it be the later one
 */
record Sides(Map<CompositionMode, Collapsed> writers, Map<CompositionMode, Collapsed> readers) {

  /**
   * The sides of a layer.
   *
   * @param positions P, {@code [position, dModel]}, centred; null for models without such a table,
   *     which have no mode {@link CompositionMode#POSITION}
   */
  static Sides of(LayerFactors layer, @Nullable NDArray positions) {
    NDArray q = layer.q();
    NDArray k = layer.k();
    NDArray v = layer.v();
    NDArray o = layer.o().transpose(0, 2, 1); // [head, dModel, dHead], as the others
    Map<CompositionMode, Collapsed> writers = new EnumMap<>(CompositionMode.class);
    Map<CompositionMode, Collapsed> readers = new EnumMap<>(CompositionMode.class);
    Collapsed writer = Collapsed.of(Collapsed.gram(v), o);
    writers.put(CompositionMode.Q, writer);
    writers.put(CompositionMode.K, writer);
    writers.put(CompositionMode.V, writer);
    readers.put(CompositionMode.Q, Collapsed.of(Collapsed.gram(k), q));
    readers.put(CompositionMode.K, Collapsed.of(Collapsed.gram(q), k));
    readers.put(CompositionMode.V, Collapsed.of(Collapsed.gram(o), v));
    if (positions != null) {
      writers.put(CompositionMode.POSITION, Collapsed.of(seen(positions, v), o));
      readers.put(CompositionMode.POSITION, Collapsed.of(seen(positions, k), q));
    }
    return new Sides(writers, readers);
  }

  /** The L of a mode that the model has. */
  Collapsed writer(CompositionMode mode) {
    return Objects.requireNonNull(writers.get(mode));
  }

  /** The Gram matrix of P·W. */
  private static NDArray seen(NDArray positions, NDArray w) {
    return Collapsed.gram(positions.expandDims(0).matMul(w));
  }
}
