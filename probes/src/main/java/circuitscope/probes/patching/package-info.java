/** Activation, attribution and path patching between the runs of prompt pairs. */
@NullMarked
package circuitscope.probes.patching;

import org.jspecify.annotations.NullMarked;
