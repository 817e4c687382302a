package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Cosines and sines of the positions of one run, {@code [position, 1, pair]}, and the turning
 * itself.
 */
final class RotaryTables {
  /** Runs of one length follow each other, and on a GPU nothing else can start before this. */
  private static volatile @Nullable Angles last;

  private final Rotary rotary;
  private final NDArray cos;
  private final NDArray sin;

  /**
   * @param from first position
   * @param positions how many
   */
  RotaryTables(Rotary rotary, int from, int positions, DataType type, NDManager manager) {
    this.rotary = rotary;
    Angles angles = Angles.of(rotary, from, positions);
    Shape shape = new Shape(positions, 1, rotary.dimensions() / 2);
    cos = manager.create(angles.cosines(), shape).toType(type, false);
    sin = manager.create(angles.sines(), shape).toType(type, false);
  }

  /** Row-major {@code [position, pair]}. */
  private record Angles(Rotary rotary, int from, int positions, float[] cosines, float[] sines) {
    static Angles of(Rotary rotary, int from, int positions) {
      Angles known = last;
      if (known != null
          && known.rotary.equals(rotary)
          && known.from == from
          && known.positions == positions) {
        return known;
      }
      float[] inverse = rotary.inverseFrequencies(from + positions);
      double factor = rotary.scaling().attentionFactor();
      int pairs = inverse.length;
      float[] cosines = new float[positions * pairs];
      float[] sines = new float[positions * pairs];
      for (int p = 0; p < positions; p++) {
        for (int j = 0; j < pairs; j++) {
          float angle = (from + p) * inverse[j];
          cosines[p * pairs + j] = (float) (Math.cos(angle) * factor);
          sines[p * pairs + j] = (float) (Math.sin(angle) * factor);
        }
      }
      Angles fresh = new Angles(rotary, from, positions, cosines, sines);
      last = fresh;
      return fresh;
    }
  }

  /**
   * The table entry by entry of a head: {@code [position, 1, rotary dimension]}.
   *
   * @param sines the sines, negated for the first entry of each pair; else the cosines
   */
  NDArray paired(boolean sines) {
    NDArray second = sines ? sin : cos;
    NDArray first = sines ? sin.neg() : cos;
    if (!rotary.interleaved()) {
      return NDArrays.concat(new NDList(first, second), 2);
    }
    Shape shape = new Shape(cos.getShape().get(0), 1, rotary.dimensions());
    return NDArrays.stack(new NDList(first, second), 3).reshape(shape);
  }

  /** Turns {@code [batch, position, head, dHead]}; entries beyond the rotary dimensions pass. */
  NDArray turn(NDArray heads) {
    int turned = rotary.dimensions();
    long width = heads.getShape().get(3);
    NDArray rotating = heads;
    NDArray passing = null;
    if (turned < width) {
      NDList parts = heads.split(new long[] {turned}, 3);
      rotating = parts.get(0);
      passing = parts.get(1);
    }
    NDArray result = rotary.interleaved() ? interleaved(rotating) : halves(rotating);
    return passing == null ? result : NDArrays.concat(new NDList(result, passing), 3);
  }

  private NDArray halves(NDArray x) {
    NDList parts = x.split(new long[] {rotary.dimensions() / 2}, 3);
    NDArray a = parts.get(0); // [batch, position, head, pair]
    NDArray b = parts.get(1);
    return NDArrays.concat(new NDList(a.mul(cos).subi(b.mul(sin)), b.mul(cos).addi(a.mul(sin))), 3);
  }

  private NDArray interleaved(NDArray x) {
    Shape shape = x.getShape();
    int pairs = rotary.dimensions() / 2;
    NDArray paired = x.reshape(new Shape(shape.get(0), shape.get(1), shape.get(2), pairs, 2));
    NDList parts = paired.split(new long[] {1}, 4);
    NDArray a = parts.get(0).squeeze(4); // [batch, position, head, pair]
    NDArray b = parts.get(1).squeeze(4);
    NDArray turnedA = a.mul(cos).subi(b.mul(sin));
    NDArray turnedB = b.mul(cos).addi(a.mul(sin));
    return NDArrays.stack(new NDList(turnedA, turnedB), 4).reshape(shape);
  }
}
