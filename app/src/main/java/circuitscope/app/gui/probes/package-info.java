/** The page of the seed papers' probes. */
@NullMarked
package circuitscope.app.gui.probes;

import org.jspecify.annotations.NullMarked;
