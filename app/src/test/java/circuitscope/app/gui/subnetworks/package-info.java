/** Tests of the package of the same name. */
@NullMarked
package circuitscope.app.gui.subnetworks;

import org.jspecify.annotations.NullMarked;
