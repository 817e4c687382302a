package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.TokenBatch;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one run recorded. Owns its native memory; closed by the one who opened it, after which no
 * value may be read.
 */
public final class Trace implements AutoCloseable {
  private final NDManager manager;
  private final TokenBatch tokens;
  private final Map<Site, NDArray> values = new TreeMap<>();

  Trace(NDManager manager, TokenBatch tokens) {
    this.manager = manager;
    this.tokens = tokens;
  }

  NDManager manager() {
    return manager;
  }

  void put(Site site, NDArray value) {
    NDArray replaced = values.put(site, value);
    if (replaced != null) {
      replaced.close();
    }
  }

  public TokenBatch tokens() {
    return tokens;
  }

  /** Sites recorded, in the order of the forward pass. */
  public Set<Site> sites() {
    return values.keySet();
  }

  /**
   * The value at a site, on the device and in its number format; owned by the trace.
   *
   * @throws UnknownSiteException when that site was not recorded
   */
  public NDArray get(Site site) {
    NDArray value = values.get(site);
    if (value == null) {
      throw new UnknownSiteException(site + " was not recorded in this run");
    }
    return value;
  }

  /** The value at a site, row-major, widened to FP32. */
  public float[] values(Site site) {
    NDArray value = get(site);
    if (value.getDataType() == DataType.FLOAT32) {
      return value.toFloatArray();
    }
    try (NDArray wide = value.toType(DataType.FLOAT32, true)) {
      return wide.toFloatArray();
    }
  }

  /** Lengths of the value's axes. */
  public long[] shape(Site site) {
    return get(site).getShape().getShape();
  }

  @Override
  public void close() {
    manager.close();
  }
}
