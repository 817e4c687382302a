package circuitscope.probes.model;

/**
 * Which tokens a query of a long stream sees: the first {@code sinks}, the {@code recent} ones
 * before it, and itself (Xiao et al. 2023). Nothing is evicted while no more than {@code sinks +
 * recent} tokens have been read.
 *
 * @param sinks first tokens that are always kept; 0 for a plain window
 * @param reindexed whether positions are those inside the cache, 0 to {@code sinks + recent}, or
 *     the tokens' own
 */
public record CachePolicy(int sinks, int recent, boolean reindexed) {
  public CachePolicy {
    if (sinks < 0 || recent < 1) {
      throw new IllegalArgumentException(
          "a cache keeps at least 0 sinks and 1 recent token: got %d and %d"
              .formatted(sinks, recent));
    }
  }

  /** All tokens of a stream of that length, as a model without eviction has it. */
  public static CachePolicy dense(int tokens) {
    return new CachePolicy(0, Math.max(1, tokens - 1), false);
  }

  /** Tokens kept from step to step; a query sees these and itself. */
  public int capacity() {
    return sinks + recent;
  }

  /** The first query, counted from 0, that does not see all tokens before it. */
  public long firstEvicted() {
    return capacity() + 1L;
  }

  /** Bytes of keys and values on the device, however long the stream. */
  public long bytes(DecoderSpec spec, Precision precision) {
    AttentionSpec attention = spec.attention();
    return 2L
        * spec.layers()
        * (capacity() + 1)
        * attention.groups()
        * attention.dHead()
        * precision.bytes();
  }
}
