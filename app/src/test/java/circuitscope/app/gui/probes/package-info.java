/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.probes;

import org.jspecify.annotations.NullMarked;
