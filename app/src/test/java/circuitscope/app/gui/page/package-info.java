@NullMarked
package circuitscope.app.gui.page;

import org.jspecify.annotations.NullMarked;
