/** The page of circuits: pairs, patching, edges, the graph and the subnetwork beside it. */
@NullMarked
package circuitscope.app.gui.circuits;

import org.jspecify.annotations.NullMarked;
