package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys (after rotary) and values of the positions that a model has already read, so that the next
 * run computes only new positions. Owned by who opened it; never shared between models.
 *
 * <p>They lie on the model's device in one block a layer and side, {@code [batch, group, room,
 * dHead]}, which doubles when it is full: new positions are written where they stay.
 */
public final class KeyValueCache implements AutoCloseable {
  private static final long FIRST_ROOM = 64;

  private final NDManager manager;
  private final List<@Nullable NDArray> keys = new ArrayList<>();
  private final List<@Nullable NDArray> values = new ArrayList<>();
  private int length;

  KeyValueCache(NDManager manager, int layers) {
    this.manager = manager;
    for (int layer = 0; layer < layers; layer++) {
      keys.add(null);
      values.add(null);
    }
  }

  /** Positions held. */
  public int length() {
    return length;
  }

  /**
   * Views of one layer's blocks: the positions held, and after them those of the present run.
   *
   * @param keys {@code [batch, group, held + fresh, dHead]}
   * @param values as {@code keys}
   * @param held positions before the present run
   */
  record Layer(NDArray keys, NDArray values, int held) {
    /** Fills the last positions with {@code [batch, group, fresh, dHead]}. */
    void write(NDArray freshKeys, NDArray freshValues) {
      NDIndex last = new NDIndex(":, :, {}:", held);
      keys.set(last, freshKeys);
      values.set(last, freshValues);
    }
  }

  /**
   * A layer with room for the positions of a run, which are for the caller to write.
   *
   * @param fresh {@code [batch, group, position, dHead]} of the run
   * @param scope owner of the views
   */
  Layer extended(int layer, Shape fresh, DataType type, NDManager scope) {
    NDIndex filled = new NDIndex(":, :, :{}", length + fresh.get(2));
    return new Layer(
        roomy(keys, layer, fresh, type).get(scope, filled),
        roomy(values, layer, fresh, type).get(scope, filled),
        length);
  }

  /** Tells that all layers have been extended by that many positions. */
  void advance(int positions) {
    length += positions;
  }

  private NDArray roomy(List<@Nullable NDArray> side, int layer, Shape fresh, DataType type) {
    long needed = length + fresh.get(2);
    NDArray block = side.get(layer);
    long room = block == null ? 0 : block.getShape().get(2);
    if (block != null && room >= needed) {
      return block;
    }
    long more = Math.max(needed, Math.max(FIRST_ROOM, 2 * room));
    NDArray larger =
        manager.create(new Shape(fresh.get(0), fresh.get(1), more, fresh.get(3)), type);
    if (block != null) {
      try (NDArray held = block.get(new NDIndex(":, :, :{}", length))) {
        larger.set(new NDIndex(":, :, :{}", length), held);
      }
      block.close();
    }
    side.set(layer, larger);
    return larger;
  }

  @Override
  public void close() {
    manager.close();
  }
}
