@NullMarked
package circuitscope.app.gui.shell;

import org.jspecify.annotations.NullMarked;
