/** Edges between the parts of a model, what they carry, and circuits made of them. */
@NullMarked
package circuitscope.probes.circuits;

import org.jspecify.annotations.NullMarked;
