/** Probabilities of bytes, read off a model of tokens. */
@NullMarked
package circuitscope.probes.seed.bytes;

import org.jspecify.annotations.NullMarked;
