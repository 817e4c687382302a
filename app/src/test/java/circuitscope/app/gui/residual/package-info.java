/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.residual;

import org.jspecify.annotations.NullMarked;
