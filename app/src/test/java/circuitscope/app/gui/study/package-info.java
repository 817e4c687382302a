/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.study;

import org.jspecify.annotations.NullMarked;
