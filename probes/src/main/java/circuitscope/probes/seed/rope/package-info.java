/** Rotary base and the context that a model uses. */
@NullMarked
package circuitscope.probes.seed.rope;

import org.jspecify.annotations.NullMarked;
