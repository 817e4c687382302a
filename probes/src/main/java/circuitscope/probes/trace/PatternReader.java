package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.DecoderSpec;

/**
 * Meets each layer's attention pattern as it is made and hands it on to be reduced; none is kept.
 */
public final class PatternReader implements Taps {
  /** Reduces one layer's pattern to what is wanted of it. */
  @FunctionalInterface
  public interface Reduction {
    /**
     * Called once a layer.
     *
     * @param pattern {@code [batch, head, query, key]}, FP32; lives for this call only
     */
    void layer(int layer, NDArray pattern);
  }

  /** Values of one layer's pattern that may be alive at once: 64 MiB. */
  private static final long VALUES_AT_ONCE = 1L << 24;

  private final Reduction reduction;

  public PatternReader(Reduction reduction) {
    this.reduction = reduction;
  }

  /** How many rows of that length may run at once, at least one and at most {@code batch}. */
  public static int rowsAtOnce(DecoderSpec spec, int positions, int batch) {
    long values = (long) spec.attention().heads() * positions * positions;
    return Math.clamp(VALUES_AT_ONCE / values, 1, batch);
  }

  @Override
  public boolean wants(Site site) {
    return site.kind() == SiteKind.PATTERN;
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    if (value.getDataType() == DataType.FLOAT32) {
      reduction.layer(site.layer(), value);
    } else {
      try (NDArray wide = value.toType(DataType.FLOAT32, true)) {
        reduction.layer(site.layer(), wide);
      }
    }
    return value;
  }
}
