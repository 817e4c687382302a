/** Weights of masks inside the nodes and edges of circuits, and circuits as masks. */
@NullMarked
package circuitscope.subnetworks.circuits;

import org.jspecify.annotations.NullMarked;
