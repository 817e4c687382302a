/** Distributions over the next token, whoever gives them. */
@NullMarked
package circuitscope.probes.predict;

import org.jspecify.annotations.NullMarked;
