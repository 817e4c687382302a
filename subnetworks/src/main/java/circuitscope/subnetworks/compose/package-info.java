/** Subnetworks put together: heads, neurons and layers given back to a mask, one after another. */
@NullMarked
package circuitscope.subnetworks.compose;

import org.jspecify.annotations.NullMarked;
