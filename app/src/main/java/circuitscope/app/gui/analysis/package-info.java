/** A page for any registered analysis. */
@NullMarked
package circuitscope.app.gui.analysis;

import org.jspecify.annotations.NullMarked;
