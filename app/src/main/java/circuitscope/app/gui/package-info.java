/** The window: starting it, and what all its parts share. */
@NullMarked
package circuitscope.app.gui;

import org.jspecify.annotations.NullMarked;
