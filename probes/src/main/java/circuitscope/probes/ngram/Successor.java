package circuitscope.probes.ngram;

/** A token that follows a context: how often, and how likely it is under the table's smoothing. */
public record Successor(int token, long count, double probability) {}
