/** The models that are open in the window, and how they get there. */
@NullMarked
package circuitscope.app.gui.model;

import org.jspecify.annotations.NullMarked;
