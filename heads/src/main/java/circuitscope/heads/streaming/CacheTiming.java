package circuitscope.heads.streaming;

/**
 * What a token costs once the cache is full.
 *
 * @param cache tokens kept, sinks included
 * @param cacheBytes keys and values on the device
 * @param streamMillis a token, read one by one; median of repetitions
 * @param readBytes weights and cache that one token reads
 * @param recomputeMillis a token when the window is run from its start; median
 */
public record CacheTiming(
    int cache, long cacheBytes, double streamMillis, long readBytes, double recomputeMillis) {

  /** Bytes of weights and cache over the time of a token, in 10⁹ a second. */
  public double gigabytesPerSecond() {
    return readBytes / streamMillis / 1e6;
  }

  public double recomputeRatio() {
    return recomputeMillis / streamMillis;
  }
}
