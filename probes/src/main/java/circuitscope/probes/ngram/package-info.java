/**
 * Counts of token n-grams in a corpus, and the conditional distributions they give.
 *
 * <p>A table is one memory-mapped safetensors file, described in {@code docs/counts-format.md}:
 * rows are contexts, and a row's successors and counts lie next to each other (compressed sparse
 * rows). Pairs are counted only inside a window of the packed token stream; what comes before a
 * window is a start placeholder, whose id is the vocabulary's size.
 */
@NullMarked
package circuitscope.probes.ngram;

import org.jspecify.annotations.NullMarked;
