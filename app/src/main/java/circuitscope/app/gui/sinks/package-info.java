/** The page of sinks and streams. */
@NullMarked
package circuitscope.app.gui.sinks;

import org.jspecify.annotations.NullMarked;
