/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.model;

import org.jspecify.annotations.NullMarked;
