package circuitscope.subnetworks.train;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import java.util.Arrays;

/** What one mask value stands for. */
public enum Granularity {
  /** One scalar weight. */
  WEIGHT,
  /**
   * What one unit inside the layer reads or writes: a row of the matrices that read the residual
   * stream (Q, K, V, gate, up), a column of those that write it (O, down).
   */
  NEURON,
  /** One head's part of an attention matrix; MLP matrices by neuron. */
  HEAD,
  /** A whole matrix. */
  BLOCK;

  /**
   * How a matrix and its mask are seen.
   *
   * @param weight shape in which the matrix is viewed
   * @param mask shape of the mask, which broadcasts to {@code weight}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record View(long[] weight, long[] mask) {
    /** Mask values of the matrix. */
    public long units() {
      return Arrays.stream(mask).reduce(1, (a, b) -> a * b);
    }
  }

  /** The view of one maskable matrix. */
  public View view(Slot slot, Weight weight, DecoderSpec spec) {
    long[] stored = weight.array().getShape().getShape();
    boolean writes = slot == Slot.O || slot == Slot.DOWN;
    // The axis of the units inside the layer: 0 is the rows as stored.
    int axis = writes == weight.inOut() ? 0 : 1;
    boolean attention =
        switch (slot) {
          case Q, K, V, QKV, O -> true;
          default -> false;
        };
    return switch (this) {
      case WEIGHT -> new View(stored, stored);
      case BLOCK -> new View(stored, new long[] {1, 1});
      case NEURON -> neurons(stored, axis);
      case HEAD ->
          attention ? heads(stored, axis, spec.attention().dHead()) : neurons(stored, axis);
    };
  }

  private static View neurons(long[] stored, int axis) {
    long[] mask = {1, 1};
    mask[axis] = stored[axis];
    return new View(stored, mask);
  }

  /** Every layout of fused queries, keys and values goes by heads of {@code dHead} units. */
  private static View heads(long[] stored, int axis, long dHead) {
    long heads = stored[axis] / dHead;
    return axis == 0
        ? new View(new long[] {heads, dHead, stored[1]}, new long[] {heads, 1, 1})
        : new View(new long[] {stored[0], heads, dHead}, new long[] {1, heads, 1});
  }
}
