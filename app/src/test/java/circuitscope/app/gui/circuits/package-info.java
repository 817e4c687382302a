/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.circuits;

import org.jspecify.annotations.NullMarked;
