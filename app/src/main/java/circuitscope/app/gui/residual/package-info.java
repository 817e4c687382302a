/** The page of the residual stream: lens, attribution, geometry, paths and patching. */
@NullMarked
package circuitscope.app.gui.residual;

import org.jspecify.annotations.NullMarked;
