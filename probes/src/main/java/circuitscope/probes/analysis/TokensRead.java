package circuitscope.probes.analysis;

import org.jspecify.annotations.Nullable;

/**
 * The tokens that a result was computed from.
 *
 * @param policy how text became tokens
 * @param windows rows that the model was run on
 * @param tokens in all of them
 * @param leftOut tokens of the input that no window holds; null when files were not read to their
 *     end, because as many windows as were asked for came before it
 * @param digest SHA-256 over the ids as little-endian int64, in their order
 */
public record TokensRead(
    String source,
    String policy,
    long windows,
    long tokens,
    @Nullable Long leftOut,
    String digest) {}
