/** How much each part of the model adds to a logit. */
@NullMarked
package circuitscope.probes.residual.attribution;

import org.jspecify.annotations.NullMarked;
