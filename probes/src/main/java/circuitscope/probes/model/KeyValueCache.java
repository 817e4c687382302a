package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys (after rotary) and values of the positions that a model has already read, so that the next
 * run computes only new positions. Owned by who opened it; never shared between models.
 */
public final class KeyValueCache implements AutoCloseable {
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

  /** Appends {@code [batch, group, position, dHead]} and returns all keys of the layer. */
  NDArray appendKeys(int layer, NDArray fresh) {
    return append(keys, layer, fresh);
  }

  /** Appends {@code [batch, group, position, dHead]} and returns all values of the layer. */
  NDArray appendValues(int layer, NDArray fresh) {
    return append(values, layer, fresh);
  }

  /** Tells that all layers have appended that many positions. */
  void advance(int positions) {
    length += positions;
  }

  private NDArray append(List<@Nullable NDArray> side, int layer, NDArray fresh) {
    NDArray held = side.get(layer);
    NDArray all = held == null ? fresh.duplicate() : NDArrays.concat(new NDList(held, fresh), 2);
    all.attach(manager);
    if (held != null) {
      held.close();
    }
    side.set(layer, all);
    return all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
