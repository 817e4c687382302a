/** The page of attention patterns: all heads small, one head large. */
@NullMarked
package circuitscope.app.gui.attention;

import org.jspecify.annotations.NullMarked;
