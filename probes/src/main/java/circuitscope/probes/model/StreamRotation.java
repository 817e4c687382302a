package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary tables of positions anywhere in a stream.
 *
 * <p>Angles are products in double precision: at position 1,000,000 a product in FP32 is off by
 * 0.03 radians, and distances between far positions would not be what they are between near ones.
 */
final class StreamRotation {
  private final Rotary rotary;
  private final float[] inverse;
  private final DataType type;

  /**
   * @param reach positions that a run reaches, for frequencies that depend on it
   */
  StreamRotation(Rotary rotary, int reach, DataType type) {
    this.rotary = rotary;
    this.inverse = rotary.inverseFrequencies(reach);
    this.type = type;
  }

  /** Cosines, and sines that are negated for the first entry of each pair: {@code [t, 1, r]}. */
  record Tables(NDArray cos, NDArray sin) {}

  /** Tables of queries and keys at these positions. */
  Tables of(long[] positions, NDManager scope) {
    return tables(positions, rotary.scaling().attentionFactor(), scope);
  }

  /** Tables that turn on, by so many positions, what has been turned before. */
  Tables further(long[] positions, NDManager scope) {
    return tables(positions, 1, scope);
  }

  private Tables tables(long[] positions, double factor, NDManager scope) {
    int pairs = inverse.length;
    float[] cos = new float[positions.length * 2 * pairs];
    float[] sin = new float[cos.length];
    for (int t = 0; t < positions.length; t++) {
      for (int j = 0; j < pairs; j++) {
        double angle = positions[t] * (double) inverse[j];
        int first = t * 2 * pairs + (rotary.interleaved() ? 2 * j : j);
        int second = rotary.interleaved() ? first + 1 : first + pairs;
        cos[first] = (float) (Math.cos(angle) * factor);
        sin[second] = (float) (Math.sin(angle) * factor);
        cos[second] = cos[first];
        sin[first] = -sin[second];
      }
    }
    Shape shape = new Shape(positions.length, 1, 2L * pairs);
    return new Tables(
        scope.create(cos, shape).toType(type, false), scope.create(sin, shape).toType(type, false));
  }
}
