/** What a subnetwork does to the residual stream, beside the full model and random controls. */
@NullMarked
package circuitscope.subnetworks.stream;

import org.jspecify.annotations.NullMarked;
