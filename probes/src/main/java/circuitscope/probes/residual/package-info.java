/** What can be read off the residual stream. */
@NullMarked
package circuitscope.probes.residual;

import org.jspecify.annotations.NullMarked;
