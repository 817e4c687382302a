package circuitscope.probes.analysis;

/**
 * The tokens that a result was computed from.
 *
 * @param policy how text became tokens
 * @param windows rows that the model was run on
 * @param tokens in all of them
 * @param leftOut tokens at the end of a stream that fill no window
 * @param digest SHA-256 over the ids as little-endian int64, in their order
 */
public record TokensRead(
    String source, String policy, long windows, long tokens, long leftOut, String digest) {}
